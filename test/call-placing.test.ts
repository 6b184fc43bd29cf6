import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callerFromEnvironment } from '../src/domain/caller-environment.ts'
import type { Answer } from '../src/mcp/testing.ts'
import { findSession } from '../src/operations/which-session.ts'
import { type HookedHome, hookedHome } from './hooked-home.ts'

const ONE = '7f3a9100-1111-4222-8333-444455556666'
const TWO = '8e4b0211-2222-4333-8444-555566667777'
const TOOL = 'mcp__daybook__attach_ticket'

let home: HookedHome
beforeEach(() => {
  home = hookedHome()
})
afterEach(() => home.remove())

const attach = (ref: string, id: string, connection?: string): Promise<Answer> =>
  home.call('attach_ticket', { action: 'set', ticket_id: ref }, id, connection)

const stacks = () =>
  home.opened(async ({ context }) => {
    const { items } = await context.store.sessions.list({}, { limit: 9 })
    return Object.fromEntries(items.map(({ externalId, stack }) => [externalId, stack.map(({ ref }) => ref).join()]))
  })

const transcript = (id: string, callId: string): string =>
  home.line(id, `p-${id}`, 'user', 'On T-1, please.') +
  home.line(id, `c-${id}`, 'assistant', [{ type: 'tool_use', id: callId, name: TOOL, input: { ticket_id: 'T-1' } }])

describe('a tool call', () => {
  it('belongs from the first on to the agent that told a hook of it: two in one worktree hold different tickets', async () => {
    for (const id of [ONE, TWO]) home.tell('SessionStart', { session_id: id, source: 'startup' })
    for (const [id, use] of [
      [ONE, 'toolu_1'],
      [TWO, 'toolu_2'],
    ])
      home.tell('PreToolUse', { session_id: id, tool_name: TOOL, tool_use_id: use, tool_input: {} })
    // Both over one connection, as a client that serves several windows may have it.
    expect((await attach('T-1', 'toolu_1')).structured).toMatchObject({
      current_ticket: 'T-1',
      session_from: 'the session of the agent that makes this call',
    })
    expect((await attach('T-2', 'toolu_2')).structured).toMatchObject({ current_ticket: 'T-2' })
    expect(await stacks()).toEqual({ [ONE]: 'T-1', [TWO]: 'T-2' })
    home.tell('PostToolUse', { session_id: ONE, tool_name: TOOL, tool_use_id: 'toolu_1' })
    await home.opened(async ({ context: { store } }) => {
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
    home.tell('PreToolUse', { ...said, tool_use_id: id })
    const { structured } = await home.call('get_session_info', {}, id)
    return structured['current_ticket']
  }

  beforeEach(async () => {
    home.tell('SessionStart', { session_id: ONE, source: 'startup' })
    home.write(`.claude/projects/-tidewatch/${ONE}.jsonl`, transcript(ONE, 'toolu_1'))
    home.tell('PreToolUse', { ...own, tool_use_id: 'toolu_1' })
    await home.call('task_activate', { task: 'T-1' }, 'toolu_1')
    home.tell('SubagentStart', { session_id: ONE, agent_id: AGENT })
    const prompt = home.line(ONE, 's1', 'user', 'Count the sacks.', { isSidechain: true, agentId: AGENT })
    home.write(`.claude/projects/-tidewatch/${ONE}/subagents/agent-${AGENT}.jsonl`, prompt)
  })

  it('stands at once where its session stands, and what it changes is its own at once', async () => {
    expect(await info('toolu_2', sub)).toBe('T-1')
    home.tell('PreToolUse', { ...sub, tool_use_id: 'toolu_3' })
    expect((await attach('T-2', 'toolu_3')).structured).toMatchObject({ current_ticket: 'T-2' })
    // Nothing was scanned in between.
    expect(await stacks()).toEqual({ [ONE]: 'T-1' })
    expect(await info('toolu_4', own)).toBe('T-1')
    expect(await info('toolu_5', sub)).toBe('T-2')
    await home.opened(async ({ context: { store }, engines }) => {
      const [session] = await store.sessions.resolve(ONE)
      expect((await store.tickets.find('T-1'))[0]?.heldBySessionId).toBe(session!.id)
      await engines.scan({})
    })
    expect(await stacks()).toEqual({ [ONE]: 'T-1' })
  })

  it('that tells its commands its own thread is in the session that started it, until it ends', async () => {
    const thread = '0a000000-0000-7000-8000-00000000c0d5'
    home.tell('SessionStart', { session_id: TWO, source: 'startup' }, 'codex')
    home.tell('SubagentStart', { session_id: TWO, agent_id: thread }, 'codex')
    const found = () =>
      home.opened(async ({ context }) => {
        const known = callerFromEnvironment({ CODEX_THREAD_ID: thread })
        const caller = { channel: 'cli' as const, connection: null, clientName: null, toolUse: null, processIds: [] }
        const which = findSession({ ...context, caller: { ...caller, ...known, cwd: '/nowhere', interactive: false } })
        return (await which)?.session.externalId
      })
    expect(await found()).toBe(TWO)
    home.tell('SubagentStop', { session_id: TWO, agent_id: thread }, 'codex')
    expect(await found()).toBeUndefined()
  })
})
