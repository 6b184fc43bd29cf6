import { chmodSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDaybook } from '../src/app.ts'
import { type Setup, type } from '../src/cli/testing.ts'
import { SOURCES } from '../src/sources/index.ts'
import { testHome, type TestHome } from './home.ts'

let home: TestHome
let project: string
beforeEach(() => {
  home = testHome()
  project = join(home.path, 'tide watch')
  mkdirSync(project)
})
afterEach(() => home.remove())

const setup = (more: Setup = {}): Setup => {
  const variables = { DAYBOOK_HOME: join(home.path, 'data'), USER: 'ada', PATH: `bin:${home.path}/bin` }
  const machine = { home: home.path, platform: process.platform, variables }
  const signal = new AbortController().signal
  const openContext: Setup['openContext'] = (which) =>
    openDaybook({ machine, cwd: project, now: Date.now, signal }, which)
  return { machine, cwd: home.path, now: Date.now, openContext, terminal: false, ...more }
}

/** A session of Claude Code that a hook told of, on T-4. */
async function session(): Promise<void> {
  const said = JSON.stringify({ session_id: 'its-own-id', cwd: project, source: 'startup' })
  await type('hook claude-code SessionStart', setup({ types: said }))
  await type('attach T-4 --session 1', setup({ cwd: project }))
}

const PROMPT = (then: string) =>
  `<daybook-record>\nGo on with the work of SESSION-001. First take its handoff over: accept_handoff(handoff="SESSION-001"), or in a shell: daybook handoff accept SESSION-001. ${then}\n</daybook-record>`
const TOGETHER = 'Then say in two or three sentences where it stands and what comes next, and go on.'

describe('daybook continue', () => {
  it('is the agent’s own way to go on, where none else is named, and hands nothing over', async () => {
    await session()
    const { stdout } = await type('continue 1', setup())
    expect(stdout).toBe(`cd '${project}' && claude --resume its-own-id\n`)
    expect((await type('handoff list --json', setup())).stdout).toContain('"total":0')
  })

  it.each([
    ['claude-code', (prompt: string) => ['claude', prompt]],
    ['codex', (prompt: string) => ['codex', prompt]],
    ['gemini', (prompt: string) => ['gemini', '-i', prompt]],
    ['opencode', (prompt: string) => ['opencode', '--prompt', prompt]],
    ['copilot', (prompt: string) => ['copilot', '-i', prompt]],
  ] as const)(
    'G42 starts %s with the handoff of another session, made once, and says nothing of what was recorded',
    async (agent, command) => {
      await session()
      const told = async () =>
        JSON.parse((await type(`continue 1 --with ${agent} --json`, setup())).stdout) as {
          command: string[]
          handoff: string
        }
      const first = await told()
      expect(first.command).toEqual(command(PROMPT(TOGETHER)))
      expect((await told()).handoff).toBe(first.handoff)
      const list = JSON.parse((await type('handoff list --json', setup())).stdout) as { items: object[] }
      expect(list.items).toMatchObject([{ id: first.handoff, state: 'offered', ticket: 'T-4' }])
    },
  )

  it('starts nothing but a program of PATH’s full folders, in the session’s folder, with --run', async () => {
    await session()
    mkdirSync(join(project, 'bin'))
    const wrong = home.write('tide watch/bin/codex', '#!/bin/sh\necho wrong >"$0.ran"\n')
    chmodSync(wrong, 0o700)
    const line = 'continue 1 --with codex --run'
    expect(await type(line, setup())).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('"codex" is in no folder of PATH'),
    })
    chmodSync(home.write('bin/codex', '#!/bin/sh\npwd >"$0.ran"; printf "%s" "$1" >>"$0.ran"; exit 7\n'), 0o700)
    expect(await type(line, setup())).toMatchObject({ code: 7 })
    expect(readFileSync(join(home.path, 'bin/codex.ran'), 'utf8')).toBe(`${project}\n${PROMPT(TOGETHER)}`)
  })

  it('names the agents it can start, and says what to do where nothing is recorded', async () => {
    await session()
    const able = SOURCES.filter(({ startCommand }) => startCommand).map(({ id }) => id)
    expect(able).toEqual(expect.arrayContaining(['claude-code', 'codex', 'copilot', 'gemini', 'opencode']))
    const wrong = await type('continue 1 --with emacs', setup())
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining(able.join(', ')) })
    expect(await type('continue 9', setup())).toMatchObject({ code: 3 })
  })
})
