import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDaybook } from '../src/app.ts'
import { callerFromEnvironment } from '../src/domain/caller-environment.ts'
import { type Answer, connect } from '../src/mcp/testing.ts'
import { findSession } from '../src/operations/which-session.ts'
import { captureScript } from '../src/spool/capture-script.ts'
import { type TestHome, testHome } from './home.ts'

const ONE = '7f3a9100-1111-4222-8333-444455556666'
const TWO = '8e4b0211-2222-4333-8444-555566667777'
const TOOL = 'mcp__daybook__attach_ticket'

let home: TestHome
let project: string
let capture: string
beforeEach(() => {
  home = testHome()
  project = join(home.path, 'tidewatch')
  mkdirSync(project)
  const place = { dataDir: join(home.path, 'data'), dataHome: true, program: ['/nowhere/node'], answerSeconds: 60 }
  capture = home.write('capture.sh', captureScript(place))
})
afterEach(() => home.remove())

/** What an agent says to its hooks. */
function tell(event: string, said: object, agent = 'claude-code'): void {
  const env = { PATH: '/usr/bin:/bin', DAYBOOK_BACKGROUND_IDLE_MINUTES: '0', HOME: home.path }
  const input = JSON.stringify({ cwd: project, ...said })
  expect(spawnSync('/bin/sh', [capture, agent, event], { input, env }).status).toBe(0)
}

type Opened = Awaited<ReturnType<typeof openDaybook>>

async function opened<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
  const variables = { DAYBOOK_HOME: join(home.path, 'data'), USER: 'ada' }
  const machine = { home: home.path, platform: process.platform, variables }
  const setup = { machine, cwd: project, now: Date.now, signal: new AbortController().signal }
  const daybook = await openDaybook(setup, 'own')
  try {
    return await work(daybook)
  } finally {
    await daybook.close()
  }
}

/** A tool call of Claude Code over a connection of which nothing is known but that. */
function call(tool: string, given: object, id: string, connection = 'mcp:1'): Promise<Answer> {
  return opened(async ({ context }) => {
    const named = { client: 'claude-code', connection, caller: { cwd: project, processIds: [] } }
    const client = await connect(context as Parameters<typeof connect>[0], named)
    try {
      return await client.call(tool, given, { 'claudecode/toolUseId': id })
    } finally {
      await client.close()
    }
  })
}

const attach = (ref: string, id: string, connection?: string): Promise<Answer> =>
  call('attach_ticket', { action: 'set', ticket_id: ref }, id, connection)

const stacks = () =>
  opened(async ({ context }) => {
    const { items } = await context.store.sessions.list({}, { limit: 9 })
    return Object.fromEntries(items.map(({ externalId, stack }) => [externalId, stack.map(({ ref }) => ref).join()]))
  })

/** A line of a transcript of Claude Code. */
function line(
  sessionId: string,
  uuid: string,
  type: 'user' | 'assistant',
  content: unknown,
  more: object = {},
): string {
  const timestamp = new Date(Date.now() - 60_000).toISOString()
  const message = {
    role: type,
    content,
    ...(type === 'assistant' ? { id: `msg_${uuid}`, model: 'claude-opus-4-8' } : {}),
  }
  const place = { parentUuid: null, isSidechain: false, userType: 'external', cwd: project, version: '2.1.197' }
  return `${JSON.stringify({ ...place, type, uuid, timestamp, sessionId, message, ...more })}\n`
}

const transcript = (id: string, callId: string): string =>
  line(id, `p-${id}`, 'user', 'On T-1, please.') +
  line(id, `c-${id}`, 'assistant', [{ type: 'tool_use', id: callId, name: TOOL, input: { ticket_id: 'T-1' } }])

describe('a tool call', () => {
  it('belongs from the first on to the agent that told a hook of it: two in one worktree hold different tickets', async () => {
    for (const id of [ONE, TWO]) tell('SessionStart', { session_id: id, source: 'startup' })
    for (const [id, use] of [
      [ONE, 'toolu_1'],
      [TWO, 'toolu_2'],
    ])
      tell('PreToolUse', { session_id: id, tool_name: TOOL, tool_use_id: use, tool_input: {} })
    // Both over one connection, as a client that serves several windows may have it.
    expect((await attach('T-1', 'toolu_1')).structured).toMatchObject({
      current_ticket: 'T-1',
      session_from: 'the session of the agent that makes this call',
    })
    expect((await attach('T-2', 'toolu_2')).structured).toMatchObject({ current_ticket: 'T-2' })
    expect(await stacks()).toEqual({ [ONE]: 'T-1', [TWO]: 'T-2' })
    tell('PostToolUse', { session_id: ONE, tool_name: TOOL, tool_use_id: 'toolu_1' })
    await opened(async ({ context: { store } }) => {
      expect(await store.bindings.find('call', ['toolu_1', 'toolu_2'])).toMatchObject([{ value: 'toolu_2' }])
    })
  })

  it('belongs to the session whose transcript has it, read for it where nothing else is known: no other is made', async () => {
    for (const [id, use] of [
      [ONE, 'toolu_1'],
      [TWO, 'toolu_2'],
    ])
      home.write(`.claude/projects/-tidewatch/${id}.jsonl`, transcript(id!, use!))
    expect((await attach('T-1', 'toolu_1', 'mcp:1')).structured).toMatchObject({
      session_from: 'the session whose transcript has this call',
    })
    await attach('T-2', 'toolu_2', 'mcp:2')
    expect(await stacks()).toEqual({ [ONE]: 'T-1', [TWO]: 'T-2' })
  })

  it('that is in no transcript is in a session of its own', async () => {
    home.write(`.claude/projects/-tidewatch/${ONE}.jsonl`, transcript(ONE, 'toolu_1'))
    await attach('T-3', 'toolu_9')
    const { [ONE]: first, ...others } = await stacks()
    expect([first, ...Object.values(others)]).toEqual(['', 'T-3'])
  })
})

describe('a subagent', () => {
  const AGENT = 'a5fc05a5707078581'
  const own = { session_id: ONE, tool_name: TOOL, tool_input: {} }
  const sub = { ...own, agent_id: AGENT, agent_type: 'general-purpose' }
  const info = async (id: string, said: object) => {
    tell('PreToolUse', { ...said, tool_use_id: id })
    const { structured } = await call('get_session_info', {}, id)
    return structured['current_ticket']
  }

  beforeEach(async () => {
    tell('SessionStart', { session_id: ONE, source: 'startup' })
    home.write(`.claude/projects/-tidewatch/${ONE}.jsonl`, transcript(ONE, 'toolu_1'))
    tell('PreToolUse', { ...own, tool_use_id: 'toolu_1' })
    await call('task_activate', { task: 'T-1' }, 'toolu_1')
    tell('SubagentStart', { session_id: ONE, agent_id: AGENT })
    const prompt = line(ONE, 's1', 'user', 'Count the sacks.', { isSidechain: true, agentId: AGENT })
    home.write(`.claude/projects/-tidewatch/${ONE}/subagents/agent-${AGENT}.jsonl`, prompt)
  })

  it('stands at once where its session stands, and what it changes is its own at once', async () => {
    expect(await info('toolu_2', sub)).toBe('T-1')
    tell('PreToolUse', { ...sub, tool_use_id: 'toolu_3' })
    expect((await attach('T-2', 'toolu_3')).structured).toMatchObject({ current_ticket: 'T-2' })
    // Nothing was scanned in between.
    expect(await stacks()).toEqual({ [ONE]: 'T-1' })
    expect(await info('toolu_4', own)).toBe('T-1')
    expect(await info('toolu_5', sub)).toBe('T-2')
    await opened(async ({ context: { store }, engines }) => {
      const [session] = await store.sessions.resolve(ONE)
      expect((await store.tickets.find('T-1'))[0]?.heldBySessionId).toBe(session!.id)
      await engines.scan({})
    })
    expect(await stacks()).toEqual({ [ONE]: 'T-1' })
  })

  it('that tells its commands its own thread is in the session that started it, until it ends', async () => {
    const thread = '0a000000-0000-7000-8000-00000000c0d5'
    tell('SessionStart', { session_id: TWO, source: 'startup' }, 'codex')
    tell('SubagentStart', { session_id: TWO, agent_id: thread }, 'codex')
    const found = () =>
      opened(async ({ context }) => {
        const known = callerFromEnvironment({ CODEX_THREAD_ID: thread })
        const caller = { channel: 'cli' as const, connection: null, clientName: null, toolUseId: null, processIds: [] }
        const which = findSession({ ...context, caller: { ...caller, ...known, cwd: '/nowhere', interactive: false } })
        return (await which)?.session.externalId
      })
    expect(await found()).toBe(TWO)
    tell('SubagentStop', { session_id: TWO, agent_id: thread }, 'codex')
    expect(await found()).toBeUndefined()
  })
})
