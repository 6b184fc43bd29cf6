import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE, START, workWorld } from '../../test/work-world.ts'
import type { WorkWorld } from '../../test/work-world.ts'
import { type TestClient, connect } from './testing.ts'

let world: WorkWorld
let open: TestClient[]
beforeEach(async () => {
  world = await workWorld()
  open = []
})
afterEach(async () => {
  for (const client of open) await client.close()
  await world.close()
})

/** A connection of a client of that name, in the project's folder. */
async function client(name = 'codex-mcp-client', connection = `mcp:${name}`): Promise<TestClient> {
  const context = world.context as Parameters<typeof connect>[0]
  const made = await connect(context, { client: name, connection, caller: { cwd: world.folder } })
  open.push(made)
  return made
}

describe('tools of work', () => {
  it('M12 M20 M24 MB10 F40 attach_ticket makes the session, answers in the older words, and every tool is in it then', async () => {
    const codex = await client()
    const set = await codex.call('attach_ticket', { action: 'set', ticket_id: 'PROJ-1' })
    expect(set.structured).toMatchObject({
      success: true,
      message: 'Work session now associated with ticket: PROJ-1',
      current_ticket: 'PROJ-1',
      opted_out: false,
      session_key: 'SESSION-001',
    })
    const info = await codex.call('get_session_info')
    expect(info.structured).toMatchObject({
      success: true,
      session_id: set.structured['session_id'],
      current_ticket: 'PROJ-1',
      opted_out: false,
      last_activity: new Date(START).toISOString(),
      session_timeout_minutes: 30,
      expires_at: new Date(START + 30 * MINUTE).toISOString(),
    })
    const [session] = (await world.store.sessions.list({}, { limit: 2 })).items
    expect(session).toMatchObject({ agent: 'codex', channel: 'mcp', clientName: 'codex-mcp-client', implicit: true })
    // Undecided is not opted out.
    const opted = async (action: string) => (await codex.call('attach_ticket', { action })).structured['opted_out']
    expect([await opted('clear'), await opted('status'), await opted('none'), await opted('status')]).toEqual([
      false,
      false,
      true,
      true,
    ])
  })

  it('session_start after a call that made a session is that session', async () => {
    const codex = await client()
    const info = await codex.call('get_session_info')
    const started = await codex.call('session_start', { title: 'Tides' })
    expect(started.structured).toMatchObject({ session_key: 'SESSION-001' })
    expect((await codex.call('get_session_info', { session: info.structured['session_id'] })).structured).toMatchObject(
      {
        session_id: started.structured['session_id'],
        expires_at: null,
      },
    )
    expect((await world.store.sessions.list({}, { limit: 2 })).total).toBe(1)
  })

  it('M20 M24 M25 attach_ticket refuses what it cannot do, with guidance and the actions there are', async () => {
    const codex = await client()
    const bare = await codex.call('attach_ticket', { action: 'set' })
    expect([bare.failed, bare.structured['success']]).toEqual([true, false])
    expect(bare.text).toContain('ticket_id is required')
    expect(bare.text).toContain('Attach the ticket this work is for')
    const odd = await codex.call('attach_ticket', { action: 'detach' })
    expect(odd.text).toContain('Invalid action: "detach"')
    expect(odd.text).toContain('valid actions: set, clear, none, status')
    expect((await world.store.sessions.list({}, { limit: 1 })).total).toBe(0)
  })

  it('MB6 never takes up the session of another agent or connection; the same client comes back to its own', async () => {
    const codex = await client()
    const id = async (one: TestClient) => (await one.call('get_session_info')).structured['session_id']
    const first = await id(codex)
    expect(await id(await client('gemini-cli-mcp-client'))).not.toBe(first)
    await codex.call('attach_ticket', { action: 'none' })
    const again = await client('codex-mcp-client', 'mcp:second')
    expect((await again.call('get_session_info')).structured).toMatchObject({ session_id: first, opted_out: true })
    world.now += 31 * MINUTE
    const later = await client('codex-mcp-client', 'mcp:third')
    expect((await later.call('get_session_info')).structured).toMatchObject({ opted_out: false })
    expect(await id(later)).not.toBe(first)
  })

  it('F39 F53 FB7 FB12 starts, activates, deactivates and ends, with instructions that name tools', async () => {
    const codex = await client()
    const started = await codex.call('session_start', { title: 'Tides', agent_id: 'builder', session_type: 'planning' })
    expect(started.structured).toMatchObject({ success: true, session_key: 'SESSION-001', association: 'undecided' })
    const { suggested_commands: commands } = started.structured['instructions'] as { suggested_commands: string[] }
    expect(commands[0]).toBe('attach_ticket(action="set", ticket_id="T-1")')
    const sprint = await codex.call('sprint_activate', { sprint: '1' })
    expect(sprint.structured).toMatchObject({ current_ticket: 'SPRINT-1', tickets: { total: 0, closed: 0 } })
    const task = await codex.call('task_activate', { task: 'T-4' })
    expect(task.structured['context_stack']).toMatchObject([{ ref: 'SPRINT-1' }, { ref: 'T-4', status: 'in_progress' }])
    const status = await codex.call('session_status', { activities_limit: 1 })
    expect(status.structured).toMatchObject({
      session_type: 'planning',
      current_ticket: 'T-4',
      activities: [{ activity_type: 'context.push' }],
    })
    const off = await codex.call('task_deactivate', { summary: 'Cached', complete: true })
    expect(off.structured).toMatchObject({ success: true, task: 'T-4', task_status: 'done', completed: true })
    expect(off.structured['time_in_session_ms']).toBe(0)
    expect((await codex.call('context_stack')).structured).toMatchObject({ current_ticket: 'SPRINT-1' })
    const ended = await codex.call('session_end', { summary: 'Done' })
    expect(ended.structured).toMatchObject({ success: true, status: 'completed', tasks_completed: ['T-4'] })
    const resumed = await codex.call('session_resume', { session_key: 'SESSION-001' })
    expect(resumed.structured).toMatchObject({ success: true, reopened: true, minutes_since_last_activity: 0 })
  })

  it('F10 F16 F20 context_stack shows, lists, pops and clears', async () => {
    const codex = await client()
    await codex.call('sprint_activate', { sprint: '1' })
    world.now += 90_000
    await codex.call('task_activate', { task: 'T-4' })
    const popped = await codex.call('context_stack', { action: 'pop' })
    expect(popped.structured).toMatchObject({ success: true, current_ticket: 'SPRINT-1' })
    expect(popped.structured['message']).toBe('SESSION-001, off T-4')
    expect((await codex.call('context_stack', { action: 'clear' })).structured).toMatchObject({
      association: 'undecided',
      context_stack: [],
    })
    const { structured } = await codex.call('context_stack', { action: 'history', limit: 4 })
    expect(structured['total_count']).toBe(4)
    expect(structured['history']).toMatchObject([
      { action: 'clear', context_stack: [] },
      { action: 'pop', context_stack: [{ ref: 'SPRINT-1' }] },
      { action: 'push', context_stack: [{ ref: 'SPRINT-1' }, { ref: 'T-4' }], duration_seconds: 0 },
      { action: 'push', context_stack: [{ ref: 'SPRINT-1' }], duration_seconds: 90 },
    ])
  })

  it('session_switch goes to another session and back, each with its own stack', async () => {
    const codex = await client()
    await codex.call('session_start', { ticket_id: 'T-1' })
    await codex.call('session_start', { ticket_id: 'T-2' })
    const back = await codex.call('session_switch', { session_key: 'SESSION-001' })
    expect(back.structured).toMatchObject({ session_key: 'SESSION-001', current_ticket: 'T-1' })
    expect((await codex.call('session_status')).structured).toMatchObject({ session_key: 'SESSION-001' })
  })

  it('M42 takes a tracker wherever it takes a ref', async () => {
    const codex = await client()
    for (const tracker of ['local', 'jira'])
      expect((await codex.call('task_activate', { task: 'T-1', tracker })).failed).toBe(false)
    expect((await codex.call('attach_ticket', { action: 'set', ticket_id: 'T-1' })).text).toContain('in 2 trackers')
    const set = await codex.call('attach_ticket', { action: 'set', ticket_id: 'T-1', tracker: 'jira' })
    expect(set.structured).toMatchObject({ success: true, current_ticket: 'T-1' })
  })

  it('F25 task_activate says who holds a task', async () => {
    const [one, two] = [await client('codex-mcp-client'), await client('gemini-cli')]
    await one.call('task_activate', { task: 'T-1' })
    const refused = await two.call('task_activate', { task: 'T-1' })
    expect(refused.failed).toBe(true)
    expect(refused.text).toContain('T-1 is held by SESSION-001')
    expect((await two.call('task_activate', { task: 'T-1', take: true })).failed).toBe(false)
  })
})
