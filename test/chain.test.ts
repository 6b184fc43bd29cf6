import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDaybook } from '../src/app.ts'
import { type Setup, type } from '../src/cli/testing.ts'
import { buildProgram } from './faults/daybook.ts'
import { type TestHome, testHome } from './home.ts'

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url))

/** What the agent does each time that it is started, one after another. */
type Act = 'hands over' | 'hands nothing over' | 'takes nothing' | 'fails' | 'stays'

let home: TestHome
let project: string
beforeAll(buildProgram, 120_000)
beforeEach(() => {
  home = testHome()
  project = join(home.path, 'tidewatch')
  mkdirSync(project)
})
afterEach(() => home.remove())

const variables = () => ({ DAYBOOK_HOME: join(home.path, 'data'), USER: 'ada', PATH: `${home.path}/bin:/usr/bin:/bin` })
function setup(more: Setup = {}): Setup {
  const machine = { home: home.path, platform: process.platform, variables: variables() }
  const signal = more.signal ?? new AbortController().signal
  const openContext: Setup['openContext'] = (which) =>
    openDaybook({ machine, cwd: project, now: Date.now, signal }, which)
  return { machine, cwd: project, now: Date.now, openContext, terminal: false, ...more }
}

/** A program named codex that calls our hooks and commands as Codex would, and notes each prompt. */
function agent(acts: readonly Act[]): void {
  const script = `#!${process.execPath}
const { spawnSync } = process.getBuiltinModule('node:child_process')
const { appendFileSync, existsSync, readFileSync } = process.getBuiltinModule('node:fs')
const log = ${JSON.stringify(join(home.path, 'prompts'))}
const [mode, prompt] = process.argv.slice(2)
const nth = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\\n').length : 0
appendFileSync(log, JSON.stringify([mode, prompt]) + '\\n')
const act = ${JSON.stringify(acts)}[nth]
const env = { ...${JSON.stringify(variables())}, HOME: ${JSON.stringify(home.path)}, DAYBOOK_BACKGROUND_IDLE_MINUTES: '0' }
const daybook = (words, input = '') => spawnSync(process.execPath, [${JSON.stringify(BIN)}, ...words], { input, env })
daybook(['hook', 'codex', 'SessionStart'], JSON.stringify({ session_id: 'codex-' + nth, cwd: process.cwd(), source: 'startup' }))
if (act === 'stays') setTimeout(() => {}, 60_000)
else if (act !== 'takes nothing') {
  daybook(['handoff', 'accept', /SESSION-\\d+/.exec(prompt)[0]])
  if (act === 'hands over') daybook(['session', 'handoff', '--next-steps', 'Go on'])
  if (act === 'fails') process.exitCode = 7
}
`
  mkdirSync(join(home.path, 'bin'))
  const path = join(home.path, 'bin/codex')
  writeFileSync(path, script)
  chmodSync(path, 0o755)
}

const prompts = (): [string, string][] =>
  existsSync(join(home.path, 'prompts'))
    ? readFileSync(join(home.path, 'prompts'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as [string, string])
    : []

/** A session of Claude Code that a hook told of, on T-4. */
async function session(): Promise<void> {
  const said = JSON.stringify({ session_id: 'its-own-id', cwd: project, source: 'startup' })
  await type('hook claude-code SessionStart', setup({ types: said }))
  await type('attach T-4 --session 1', setup())
}

async function chain(words: string, more: Setup = {}) {
  const { code, stdout } = await type(`continue 1 --with codex --chain ${words} --json`, setup(more))
  const { sessions, ...rest } = JSON.parse(stdout) as { sessions: { key: string }[]; stopped: string }
  return { code, keys: sessions.map(({ key }) => Number(key.slice(-3))), ...rest }
}

describe.skipIf(process.platform === 'win32')('daybook continue --chain', () => {
  it('G42 goes from agent to agent as long as each hands over, and the record shows the chain', async () => {
    await session()
    agent(['hands over', 'hands over', 'hands nothing over'])
    expect(await chain('')).toEqual({ code: 0, keys: [1, 2, 3, 4], stopped: 'no_handoff', exitCode: 0 })
    expect(prompts().map(([mode, prompt]) => [mode, /SESSION-\d+/.exec(prompt)![0]])).toEqual([
      ['exec', 'SESSION-001'],
      ['exec', 'SESSION-002'],
      ['exec', 'SESSION-003'],
    ])
    expect(prompts()[0]![1]).toContain('At the end hand over what is left')
    for (const [key, parent] of [
      [4, 3],
      [3, 2],
      [2, 1],
    ]) {
      const of = async (word: number | undefined) =>
        JSON.parse((await type(`session show ${word} --json`, setup())).stdout) as Record<string, string>
      expect(await of(key)).toMatchObject({ agent: 'codex', relation: 'hands_off', parentId: (await of(parent))['id'] })
    }
  }, 120_000)

  it('G42 stops at as many agents as it may start, and says how to go on', async () => {
    await session()
    agent(['hands over', 'hands over', 'hands over'])
    const { code, stdout, stderr } = await type('continue 1 --with codex --chain --max 2', setup())
    expect([code, stdout]).toEqual([
      0,
      'SESSION-001 > SESSION-002 > SESSION-003  that is 2 agents; SESSION-003 hands over: daybook continue SESSION-003 --chain\n',
    ])
    expect(stderr).toContain('2 of at most 2: codex goes on with SESSION-002')
    expect(prompts()).toHaveLength(2)
  }, 120_000)

  it.each([
    ['takes nothing', { code: 1, keys: [1], stopped: 'not_taken', exitCode: 0 }],
    ['fails', { code: 7, keys: [1, 2], stopped: 'failed', exitCode: 7 }],
  ] as const)(
    'G42 stops where the agent %s',
    async (act, ended) => {
      await session()
      agent([act, 'hands over'])
      expect(await chain('')).toEqual(ended)
      expect(prompts()).toHaveLength(1)
    },
    120_000,
  )

  it('G42 stops at Ctrl C, and the agent with it', async () => {
    await session()
    agent(['stays', 'hands over'])
    const stop = new AbortController()
    const chained = chain('', { signal: stop.signal })
    while (prompts().length === 0) await wait(50)
    stop.abort()
    expect(await chained).toMatchObject({ code: 130, keys: [1], stopped: 'interrupted' })
    expect(prompts()).toHaveLength(1)
  }, 120_000)

  it('starts nothing unasked: --max alone says what is missing', async () => {
    await session()
    agent(['hands over'])
    const { code, stderr } = await type('continue 1 --with codex --max 3', setup())
    expect([code, prompts()]).toEqual([2, []])
    expect(stderr).toContain('try:   daybook continue 1 --chain --max 3')
  })
})
