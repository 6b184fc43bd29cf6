import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDaybook } from '../src/app.ts'
import { type Setup, type } from '../src/cli/testing.ts'
import type { Handoff } from '../src/domain/handoff.ts'
import { OFFERED_MS } from '../src/domain/handoff-offer.ts'
import { testHome, type TestHome } from './home.ts'

const DAY = 24 * 3_600_000

let home: TestHome
let project: string
let now: number
/** Processes that are there. */
let running: Set<number>
beforeEach(() => {
  home = testHome()
  project = join(home.path, 'tidewatch')
  mkdirSync(project)
  now = Date.now()
  running = new Set([100, 200, 300])
})
afterEach(() => home.remove())

const setup = (pid: number, types = ''): Setup => {
  const variables = { DAYBOOK_HOME: join(home.path, 'data'), USER: 'ada' }
  const machine = { home: home.path, platform: process.platform, variables }
  return {
    terminal: false,
    types,
    machine,
    cwd: project,
    now: () => now,
    // The command, the shell it was typed in, the agent.
    processes: { ids: () => [9999, pid], terminal: () => null },
    openContext: async (which) => {
      const opened = await openDaybook(
        { machine, cwd: project, now: () => now, signal: new AbortController().signal },
        which,
      )
      opened.context.isRunning = async (id) => running.has(id)
      return opened
    },
  }
}

/** What an agent's hook prints. `pid` is the agent's process. */
async function tell(pid: number, event: string, said: object, agent = 'claude-code'): Promise<string> {
  const payload = JSON.stringify({ session_id: `s${pid}`, cwd: project, ...said })
  const { code, stdout, stderr } = await type(`hook ${agent} ${event}`, setup(pid, payload))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  if (stdout === '') return ''
  const answer = JSON.parse(stdout) as { hookSpecificOutput: { additionalContext: string } }
  return answer.hookSpecificOutput.additionalContext
}
const start = (pid: number, source: string, more: object = {}, agent?: string) =>
  tell(pid, 'SessionStart', { source, ...more }, agent)

/** A command out of the agent's process, with what it answers. */
async function run(pid: number, line: string | string[]): Promise<{ code: number; reply: Record<string, never> }> {
  const words = typeof line === 'string' ? line.split(' ') : line
  const { code, stdout } = await type([...words, '--json'], setup(pid))
  return { code, reply: JSON.parse(stdout) as Record<string, never> }
}

const offers = async (): Promise<(Handoff & { session: { key: string } })[]> =>
  (await run(1, 'handoff list')).reply['items'] as never

async function sessionOf(externalId: string): Promise<{ id: string }> {
  const { reply } = await run(1, `session show ${externalId}`)
  return reply as unknown as { id: string }
}

/** A session of Codex that stands on T-4 and offers a handoff, and is gone. */
async function offered(): Promise<void> {
  await start(100, 'startup', {}, 'codex')
  expect((await run(100, 'attach T-4')).code).toBe(0)
  expect((await run(100, ['session', 'handoff', '--next-steps', 'Test the eviction'])).code).toBe(0)
  running.delete(100)
}

describe('a handoff', () => {
  it('G40 is told to two sessions at once, and taken by the one that attaches its ticket, once', async () => {
    await offered()
    for (const pid of [200, 300]) {
      const text = await start(pid, 'startup')
      expect(text).toContain('SESSION-001 (codex, by ada, on T-4, just now) offers a handoff. It is an offer')
      expect(text).toContain('> - Test the eviction')
    }
    expect(await offers()).toMatchObject([{ state: 'offered', shownAt: new Date(now).toISOString() }])
    expect((await run(300, 'attach T-4')).code).toBe(0)
    const [taken] = await offers()
    const third = await sessionOf('s300')
    expect(taken).toMatchObject({ state: 'accepted', acceptedBySessionId: third.id })
    expect((await run(200, 'handoff accept 1')).code).toBe(4)
    expect(await start(200, 'clear', { session_id: 'again' })).not.toContain('offers a handoff')
    expect(await offers()).toMatchObject([{ state: 'accepted', acceptedBySessionId: third.id }])
  }, 60_000)

  it('G41 outlives an empty session and one that works on something else', async () => {
    await offered()
    await start(200, 'startup')
    await tell(200, 'SessionEnd', { reason: 'other' })
    await start(300, 'startup')
    expect((await run(300, 'attach T-9')).code).toBe(0)
    await tell(300, 'PreToolUse', { tool_name: 'Edit', tool_input: { file_path: '/a.ts' } })
    await start(300, 'compact')
    expect(await offers()).toMatchObject([{ state: 'offered' }])
    expect(await start(400, 'startup')).toContain('SESSION-001 (codex, by ada, on T-4')
  }, 60_000)

  it('G42 is taken by the session itself after a compaction, by the next one after /clear, by none that only begins', async () => {
    await start(200, 'startup')
    const handOver = ['session', 'handoff', '--next-steps', 'Test it']
    await run(200, handOver)
    await start(200, 'compact')
    await run(200, handOver)
    await start(300, 'clear')
    expect((await offers()).map(({ state }) => state)).toEqual(['offered', 'accepted'])
    await start(200, 'clear', { session_id: 'after' })
    const after = await sessionOf('after')
    expect(await offers()).toMatchObject([{ state: 'accepted', acceptedBySessionId: after.id }, { state: 'accepted' }])
  }, 60_000)

  it('is offered for two weeks, then it is history', async () => {
    await offered()
    now += OFFERED_MS
    expect(await start(200, 'startup')).toContain('offers a handoff')
    now += 1
    expect(await start(300, 'startup')).not.toContain('offers a handoff')
    expect(await offers()).toMatchObject([{ state: 'expired', expiredAt: new Date(now).toISOString() }])
    const { reply } = await run(300, 'handoff accept 1')
    expect(reply['error']).toMatchObject({ code: 'conflict', message: expect.stringContaining('expired at') })
    expect((await run(300, 'session show 1')).reply).toMatchObject({ handoffReady: false })
  }, 60_000)

  it('G42 is no more taken by its own line than by others once it is history', async () => {
    await start(200, 'startup')
    expect((await run(200, ['session', 'handoff', '--next-steps', 'Test it'])).code).toBe(0)
    now += OFFERED_MS + 1
    await start(200, 'compact')
    await start(200, 'clear', { session_id: 'after' })
    await run(200, 'resume 1')
    expect(await offers()).toMatchObject([{ state: 'expired', acceptedBySessionId: null }])
  }, 60_000)

  it('G42 is told whole to the session that goes on from it after /clear, and both have a line of it in the log', async () => {
    await start(200, 'startup')
    await run(200, ['session', 'handoff', '--next-steps', 'Test it'])
    const text = await start(200, 'clear', { session_id: 'after' })
    expect(text).toContain('The handoff of SESSION-001 is taken over: this session goes on from it.')
    expect(text).toContain('> - Test it')
    expect(await start(200, 'resume', { session_id: 'after' })).toContain('> - Test it')
    now += 61_000
    expect(await start(200, 'resume', { session_id: 'after' })).not.toContain('> - Test it')
    const actions = async (session: string) =>
      ((await run(1, `activity list --session ${session}`)).reply['items'] as never as { action: string }[]).map(
        ({ action }) => action,
      )
    expect(await actions('after')).toContain('handoff.accepted')
    expect(await actions('s200')).toContain('handoff.taken')
  }, 60_000)

  it('is seen once an agent fetched it, and a person’s look is none', async () => {
    await offered()
    await run(1, 'handoff show 1')
    expect(await offers()).toMatchObject([{ shownAt: null }])
    await start(200, 'startup')
    const { stdout } = await type('handoff list', { ...setup(1), terminal: true })
    expect(stdout).toContain('offered, seen')
  }, 60_000)
})

describe('a crash before any end', () => {
  it('F65 is told to the project’s next session, of the same agent or another, with the way back', async () => {
    await start(200, 'startup')
    await run(200, 'attach T-4')
    await tell(200, 'PreToolUse', { tool_name: 'Bash', tool_input: { command: 'npm test' } })
    now += 12 * 60_000 + 5_000
    expect(await start(300, 'startup', { session_id: 'beside' })).not.toContain('ended without a word')
    running.delete(200)
    const text = await start(300, 'startup', {}, 'codex')
    expect(text).toContain(
      '> left: SESSION-001 (claude-code, T-4, npm test) ended without a word 12m ago; session_resume(session_key="SESSION-001") goes on with it',
    )
    now += 2 * DAY
    expect(await start(300, 'startup', { session_id: 'later' })).not.toContain('ended without a word')
  }, 60_000)
})

describe('a compaction', () => {
  it('gives back the plan and what failed, of the time on the current ticket', async () => {
    const at = (ms: number) => new Date(now + ms).toISOString()
    const base = { sessionId: 's200', cwd: project, version: '2.1.0', isSidechain: false, userType: 'external' }
    const call = (id: string, name: string, input: object, ms: number) => ({
      ...base,
      type: 'assistant',
      uuid: `a-${id}`,
      timestamp: at(ms),
      message: {
        id: `m-${id}`,
        role: 'assistant',
        model: 'claude-sonnet-4-5',
        content: [{ type: 'tool_use', id, name, input }],
      },
    })
    const failed = (id: string, ms: number) => ({
      ...base,
      type: 'user',
      uuid: `u-${id}`,
      timestamp: at(ms),
      message: {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: id, is_error: true, content: 'Exit code 1' }],
      },
    })
    const todos = [
      { content: 'Write the header', status: 'completed' },
      { content: 'Evict old tables', status: 'pending' },
    ]
    const lines = [
      call('c0', 'Bash', { command: 'npm run lint' }, 1000),
      failed('c0', 2000),
      call('c1', 'TodoWrite', { todos }, 62_000),
      call('c2', 'Bash', { command: 'npm test' }, 63_000),
      failed('c2', 64_000),
    ]
    await start(200, 'startup')
    now += 60_000
    await run(200, 'attach T-4')
    home.write(
      `.claude/projects/${project.replaceAll('/', '-')}/s200.jsonl`,
      lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    )
    now += 60_000
    expect((await type('scan', setup(1))).code).toBe(0)
    const text = await start(200, 'compact')
    expect(text).toMatch(/^<daybook-record>\n/)
    expect(text).toMatch(/\n<\/daybook-record>$/)
    expect(text).toContain('> - [x] Write the header\n> - [ ] Evict old tables')
    expect(text).toContain('> - `npm test` · exit 1')
    expect(text).not.toContain('npm run lint')
    expect(await start(200, 'resume')).not.toContain('Evict old tables')
  }, 60_000)
})
