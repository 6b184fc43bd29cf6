import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../src/mcp/testing.ts'
import type { TestClient } from '../src/mcp/testing.ts'
import { emptyWorld } from './operations-world.ts'

let world: Awaited<ReturnType<typeof emptyWorld>>
let client: TestClient
beforeEach(async () => {
  world = await emptyWorld()
  client = await connect(world.context, { caller: { cwd: world.home.env.home } })
})
afterEach(async () => {
  await client.close()
  await world.close()
})
const call = async (tool: string, given: object = {}) => (await client.call(tool, given)).structured
const count = async () => (await world.store.tickets.list({}, { limit: 1 })).total

describe('ticket_create', () => {
  it('M30 M31 MB2 asks what it belongs to, creates nothing, and names the session it will remember', async () => {
    const asked = await call('ticket_create', { title: 'Evict old tables' })
    expect(Object.keys(asked).toSorted()).toEqual([
      'error',
      'guidance',
      'instructions',
      'message',
      'requires_ticket_association',
      'session_id',
      'session_key',
      'status',
    ])
    expect(asked).toMatchObject({ status: 'error', requires_ticket_association: true, session_key: null })
    const guidance = String(asked['guidance'])
    expect(guidance.startsWith('⚠️')).toBe(true)
    expect(guidance.match(/^\d\. .*$/gm)).toEqual([
      '1. Attach a ticket: attach_ticket(action="set", ticket_id="T-1")',
      '2. Skip it for this session: attach_ticket(action="none")',
      '3. Name the parent yourself (parent_epic, --parent), or create it without one: ticket_create(title="Evict old tables", parent_epic=null)',
    ])
    expect(guidance.endsWith('Then call ticket_create again.')).toBe(true)
    expect(await count()).toBe(0)
    expect((await call('get_session_info'))['session_id']).toBe(asked['session_id'])
  })

  it('M31 needs a title and nothing else, and asks nothing where the parent is none on purpose', async () => {
    expect(await call('ticket_create', { title: 'Evict', parent_epic: null })).toMatchObject({
      status: 'completed',
      ticket: { title: 'Evict', state: 'open', parent_epic: null },
    })
    expect(await call('ticket_create', { parent_epic: null })).toMatchObject({ error: { code: 'invalid' } })
    expect(await count()).toBe(1)
  })

  it('M29 creates it below the attached ticket, and says so in the words of the older tool', async () => {
    await call('attach_ticket', { action: 'set', ticket_id: 'EPIC-1' })
    expect(await call('ticket_create', { title: 'Evict', tags: ['disk'] })).toMatchObject({
      status: 'completed',
      ticket_id: 'T-1',
      parent_from: 'frame',
      ticket: { id: 'T-1', title: 'Evict', state: 'open', priority: 'medium', parent_epic: 'EPIC-1', tags: ['disk'] },
      labels_applied: ['disk'],
      auto_detected: false,
      session_key: 'SESSION-001',
      instructions: { suggested_commands: ['task_activate(task="T-1")', 'ticket_get(ticket_id="T-1")'] },
    })
  })

  it('M28 creates it below nothing once the session opted out', async () => {
    await call('attach_ticket', { action: 'none' })
    expect(await call('ticket_create', { title: 'Evict' })).toMatchObject({ ticket: { parent_epic: null } })
  })

  it('M27 MB4 takes the parent that is named; null is none, and not the same as leaving it out', async () => {
    expect(await call('ticket_create', { title: 'a', parent_epic: 'EPIC-9' })).toMatchObject({
      ticket: { parent_epic: 'EPIC-9' },
    })
    await call('attach_ticket', { action: 'set', ticket_id: 'EPIC-1' })
    expect(await call('ticket_create', { title: 'b', parent_epic: null })).toMatchObject({
      status: 'completed',
      ticket: { parent_epic: null },
    })
    expect(await call('ticket_create', { title: 'c' })).toMatchObject({ ticket: { parent_epic: 'EPIC-1' } })
  })

  it('M49 creates below another parent in mid-session: clear, then name it', async () => {
    await call('attach_ticket', { action: 'set', ticket_id: 'EPIC-1' })
    await call('attach_ticket', { action: 'clear' })
    expect(await call('ticket_create', { title: 'Doc', parent_epic: 'DOC-005' })).toMatchObject({
      status: 'completed',
      ticket: { parent_epic: 'DOC-005' },
    })
  })

  it('refuses what is none of its words, with the value, and stores nothing', async () => {
    const cases: [object, string][] = [
      [{ title: 'x', priority: 'urgent' }, 'priority "urgent" is not one of low, medium, high, critical'],
      [{ title: 'x', parent_epic: '' }, 'parent_epic "" is blank'],
      [{ title: 'x'.repeat(1_000_000) }, 'title has 1000000 characters'],
      [{}, 'ticket_create needs title'],
      [{ title: 'x', parent_epic: null, estimate: 'soon' }, 'estimate "soon" is not a length of time'],
    ]
    for (const [given, said] of cases) {
      const refused = await client.call('ticket_create', given)
      expect(refused.failed).toBe(true)
      expect(refused.text).toContain(said)
    }
    expect(await count()).toBe(0)
  })
})

describe('the other tools of tickets', () => {
  it('get, list and change tickets', async () => {
    for (const title of ['a', 'b', 'c']) await call('ticket_create', { title, parent_epic: null, assignee: 'bo' })
    const changed = await call('ticket_update', { ticket_id: 'T-2', priority: 'high', estimate: '2h', assignee: null })
    expect(changed).toMatchObject({
      status: 'completed',
      changed: ['priority', 'estimate', 'assignee'],
      ticket: { id: 'T-2', priority: 'high', estimate_minutes: 120, assignee: null },
    })
    expect(await call('ticket_get', { ticket_id: 't-2' })).toMatchObject({
      status: 'completed',
      ticket: { id: 'T-2', title: 'b' },
      children_total: 0,
      active_ms: { own: 0, total: 0 },
    })
    const [first, second] = [
      await call('ticket_list', { limit: 2 }),
      await call('ticket_list', { limit: 2, offset: 2 }),
    ]
    expect(first).toMatchObject({ count: 2, total_count: 3 })
    expect(await call('ticket_list', { limit: 2, cursor: first['next_cursor'] })).toEqual(second)
    const ids = [first, second].flatMap((page) => (page['tickets'] as { id: string }[]).map(({ id }) => id))
    expect(ids.toSorted()).toEqual(['T-1', 'T-2', 'T-3'])
    expect(await call('ticket_list', { free: true, limit: 1 })).toMatchObject({ tickets: [{ id: 'T-2' }] })
    expect((await client.call('ticket_get', { ticket_id: 'T-9' })).text).toContain('not_found: no ticket "T-9"')
  })

  it('G35 tell which sessions had to do with a ticket and which tickets with a session', async () => {
    const made = await call('ticket_create', { title: 'Cache', parent_epic: null })
    await call('task_activate', { task: 'T-1' })
    await call('ticket_link', { ticket_id: 'T-1', action: 'discovered' })
    const tasks = await call('get_session_tasks')
    const sessions = await call('get_task_sessions', { task_id: 'T-1' })
    expect(tasks).toMatchObject({ session_id: made['session_id'], count: 3 })
    expect(
      (tasks['tasks'] as { id: string; action: string }[]).map(({ id, action }) => `${id} ${action}`).toSorted(),
    ).toEqual(['T-1 created', 'T-1 discovered', 'T-1 worked_on'])
    expect(sessions).toMatchObject({ task_id: 'T-1', count: 3 })
    for (const row of sessions['sessions'] as object[]) expect(row).toMatchObject({ session_key: 'SESSION-001' })
    const refused = await client.call('ticket_link', { ticket_id: 'T-1', action: 'admired' })
    expect(refused.text).toContain('action "admired" is not one of worked_on, created, discovered, mentioned, closed')
  })
})

describe('the tools of the current task', () => {
  it('F39 task_update, task_note and task_complete act on it without an id', async () => {
    await call('task_activate', { task: 'T-1' })
    const first = await call('task_update', { update: 'The reader falls back' })
    expect(first).toMatchObject({ success: true, task: 'T-1', context_updates: 1, session_key: 'SESSION-001' })
    expect(first['instructions']).toMatchObject({
      next_actions: expect.any(Array),
      context_reminder: expect.any(String),
    })
    expect(await call('task_note', { note: 'The age is in the header' })).toMatchObject({ context_updates: 2 })
    const refused = await call('task_complete')
    expect(refused).toMatchObject({
      success: false,
      valid: false,
      errors: [{ field: 'summary', message: 'T-1 has no summary' }],
      requirements: [{ type: 'summary', field: 'summary' }],
      instructions: { requirements: ['Say what was done, in 20 characters or more'] },
    })
    expect(await call('task_complete', { summary: 'Tables are cached for 7 days' })).toMatchObject({
      success: true,
      message: 'T-1 is done',
      tasks: [{ id: 'T-1', state: 'done', summary: 'Tables are cached for 7 days' }],
    })
  })

  it('F39 without an active task answer success false and how to activate one, and store nothing', async () => {
    for (const [tool, given] of [
      ['task_update', { update: 'x' }],
      ['task_note', { note: 'x' }],
      ['task_complete', { summary: 'Tables are cached for 7 days' }],
    ] as const) {
      const answer = await client.call(tool, given)
      expect(answer.structured).toMatchObject({ success: false })
      expect(answer.text).toContain('no task is active here; nothing was stored')
      expect(answer.text).toContain('the tool task_activate')
    }
    expect((await world.store.sessions.list({}, { limit: 1 })).total).toBe(0)
  })

  it('F39 task_complete closes several, and with a reason what checks stand against', async () => {
    const parent = await world.store.tickets.create({ kind: 'task', createdBy: 'ada' })
    await world.store.tickets.create({ kind: 'subtask', parentId: parent.id, createdBy: 'ada' })
    const summary = 'Tables are cached for 7 days'
    expect(await call('task_complete', { tasks: 'T-1', summary })).toMatchObject({
      success: false,
      details: { incomplete_count: 1, incomplete: ['T-2'] },
    })
    expect((await client.call('task_complete', { tasks: 'T-1,T-9', summary })).text).toContain('no ticket "T-9"')
    expect(await call('task_complete', { tasks: 'T-1', summary, force_reason: 'T-2 moves' })).toMatchObject({
      success: true,
      forced: { reason: 'T-2 moves', by: 'ada' },
    })
  })

  it('validate_completion checks a task, a sprint or a session and answers as a reply', async () => {
    await call('sprint_activate', { sprint: '1' })
    await call('ticket_create', { title: 'Cache' })
    await call('task_activate', { task: 'T-1' })
    const answer = await client.call('validate_completion')
    expect(answer.failed).toBe(false)
    expect(answer.structured).toMatchObject({ entity_type: 'task', entity: 'T-1', valid: false })
    expect(await call('validate_completion', { of: 'sprint' })).toMatchObject({
      entity: 'SPRINT-1',
      valid: false,
      errors: [{ field: 'children', refs: ['T-1'] }],
    })
    expect(await call('validate_completion', { of: 'session' })).toMatchObject({ entity_type: 'session', valid: true })
  })
})
