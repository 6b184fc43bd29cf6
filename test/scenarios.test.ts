import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HookedHome, hookedHome } from './hooked-home.ts'

const ONE = '7f3a9100-1111-4222-8333-444455556666'
const THREAD = '0a000000-0000-7000-8000-00000000c0d1'
const TOOL = 'mcp__daybook__task_activate'

let home: HookedHome
beforeEach(async () => {
  home = hookedHome()
  home.tell('SessionStart', { session_id: ONE, source: 'startup' })
  home.tell('PreToolUse', { session_id: ONE, tool_name: TOOL, tool_use_id: 'toolu_1', tool_input: {} })
  await home.call('sprint_activate', { sprint: '1' }, 'toolu_1')
  await home.call('task_activate', { task: 'T-4' }, 'toolu_1')
})
afterEach(() => home.remove())

const sessions = () => home.opened(async ({ context }) => (await context.store.sessions.list({}, { limit: 9 })).items)

/** Output tokens that count for the task, after everything was read. */
const tokensOnTask = () =>
  home.opened(async ({ context: { store }, engines }) => {
    await engines.scan({})
    const [task] = await store.tickets.find('T-4')
    const parts = await store.work.parts({ ticketIds: [task!.id] })
    return parts.reduce((sum, { usage }) => sum + usage.outputTokens, 0)
  })

describe('a compaction', () => {
  it('changes nothing of where the session stands: same id, same stack, what comes after counts for the same task', async () => {
    const before = (await sessions())[0]!
    home.tell('PreCompact', { session_id: ONE, trigger: 'auto' })
    // It runs as an agent of its own, of which only the end is told.
    home.tell('SubagentStop', { session_id: ONE, agent_id: 'aadc95379f2503103', agent_type: '' })
    home.tell('SessionStart', { session_id: ONE, source: 'compact' })
    home.tell('PreToolUse', { session_id: ONE, tool_name: TOOL, tool_use_id: 'toolu_2', tool_input: {} })
    const info = await home.call('get_session_info', {}, 'toolu_2')
    expect(info.structured).toMatchObject({ session_id: before.id, session_key: 'SESSION-001', current_ticket: 'T-4' })
    const summary = { isCompactSummary: true, isVisibleInTranscriptOnly: true }
    const later = { timestamp: new Date(Date.now() + 1_000).toISOString() }
    home.write(
      `.claude/projects/-tidewatch/${ONE}.jsonl`,
      home.line(ONE, 'u1', 'user', 'Cache the tables.') +
        home.line(ONE, 'u2', 'user', 'This session is being continued from a previous conversation.', summary) +
        home.line(ONE, 'u3', 'user', 'Go on.', later) +
        home.line(ONE, 'a3', 'assistant', [{ type: 'text', text: 'Going on.' }], later),
    )
    expect(await tokensOnTask()).toBe(5)
    const [after, ...others] = await sessions()
    expect([others, after]).toMatchObject([[], { id: before.id, messageCount: 3, relation: null, status: 'active' }])
    expect(after!.stack.map(({ ref }) => ref)).toEqual(['SPRINT-1', 'T-4'])
  })
})

describe('a crash', () => {
  it('F65 is gone on from by another agent: one session, its stack and task, what was done and used', async () => {
    const [before] = await sessions()
    // Claude Code dies without a word; what it had written is there.
    home.write(
      `.claude/projects/-tidewatch/${ONE}.jsonl`,
      home.line(ONE, 'u1', 'user', 'Cache the tables.', { timestamp: new Date(Date.now() + 1_000).toISOString() }) +
        home.line(ONE, 'a1', 'assistant', [{ type: 'text', text: 'I will.' }], {
          timestamp: new Date(Date.now() + 2_000).toISOString(),
        }),
    )
    home.tell('SessionStart', { session_id: THREAD, source: 'startup' }, 'codex')
    const resumed = await home.call('session_resume', { session_key: 'SESSION-001' }, null, 'mcp:2', 'codex-mcp-client')
    expect(resumed.structured).toMatchObject({
      success: true,
      session_id: before!.id,
      session_key: 'SESSION-001',
      current_ticket: 'T-4',
    })
    expect(resumed.text).toContain('SPRINT-1')
    const info = await home.call('get_session_info', {}, null, 'mcp:2', 'codex-mcp-client')
    expect(info.structured).toMatchObject({ session_id: before!.id, current_ticket: 'T-4' })
    const found = (await sessions()).find(({ id }) => id === before!.id)
    expect(found).toMatchObject({ status: 'active', agent: 'claude-code', externalId: ONE })
    expect(await tokensOnTask()).toBe(5)
    await home.opened(async ({ context: { store } }) => {
      const [task] = await store.tickets.find('T-4')
      expect(task).toMatchObject({ status: 'in_progress', heldBySessionId: before!.id })
      const { items } = await store.activities.list({ sessionId: before!.id, action: 'session.resumed' }, { limit: 2 })
      expect(items).toHaveLength(1)
    })
  })
})
