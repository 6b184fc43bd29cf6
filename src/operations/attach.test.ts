import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE, START, workWorld } from '../../test/work-world.ts'
import type { WorkWorld } from '../../test/work-world.ts'
import { attach } from './attach.ts'
import { attachTicket } from './compat/context-tools.ts'
import { getSessionInfo } from './compat/work-session-tools.ts'
import { sessionInfo } from './session-info.ts'

let world: WorkWorld
beforeEach(async () => {
  world = await workWorld()
})
afterEach(() => world.close())

const pass = (minutes: number): void => {
  world.now += minutes * MINUTE
}
const refs = (stack: { ref: string }[]): string[] => stack.map(({ ref }) => ref)

describe('attaching a ticket', () => {
  it('M20 M24 M12 makes the session, and says so in the words of the older tool', async () => {
    const { code, reply } = await world.ask('attach PROJ-123')
    expect(code).toBe(0)
    expect(reply).toMatchObject({
      message: 'Work session now associated with ticket: PROJ-123',
      association: 'attached',
      current: { ref: 'PROJ-123', kind: 'ticket', title: null },
      session: { key: 'SESSION-001', implicit: true },
    })
    expect(attachTicket.reply?.(reply as never, {} as never)).toMatchObject({
      success: true,
      message: 'Work session now associated with ticket: PROJ-123',
      current_ticket: 'PROJ-123',
      session_id: reply.session.id,
      opted_out: false,
      guidance: null,
    })
  })

  it('M20 needs a ticket', async () => {
    const refused = await world.run('attach')
    expect(refused).toMatchObject({ code: 2 })
    expect(refused.stderr).toContain('ticket_id is required')
    expect((await world.run(['attach', '--action', 'set'])).code).toBe(2)
    expect((await world.store.sessions.list({}, { limit: 1 })).total).toBe(0)
  })

  it('M24 says which actions there are, and stores nothing for another', async () => {
    const refused = await world.run('attach --action detach')
    expect(refused).toMatchObject({ code: 2 })
    expect(refused.stderr).toContain('Invalid action: "detach"')
    expect(refused.stderr).toContain('valid actions: set, clear, none, status')
    expect((await world.run('attach T-1 --none')).stderr).toContain('two things: set and none')
  })

  it('M21 is taken back by clear: undecided, not opted out, with the way back', async () => {
    await world.run('attach T-1')
    const { reply } = await world.ask('attach --clear')
    expect(reply).toMatchObject({ association: 'undecided', stack: [], session: { optedOut: false } })
    expect(reply.message).toBe('Ticket association cleared, off T-1')
    expect(reply.guidance).toContain('associate this session again')
  })

  it('M22 M18 opts out, and a ticket ends that', async () => {
    await world.run('attach T-1')
    const { reply } = await world.ask('attach --none')
    expect(reply).toMatchObject({ association: 'opted_out', stack: [], current: null, session: { optedOut: true } })
    expect((await world.ask('attach T-2')).reply).toMatchObject({
      association: 'attached',
      session: { optedOut: false },
    })
  })

  it('M17 M18 M19 M23 M25 reports the three states, with guidance only while undecided', async () => {
    const status = async () => (await world.ask('attach --status')).reply
    expect(await status()).toMatchObject({
      session: null,
      association: 'undecided',
      guidance: expect.stringContaining('Attach'),
    })
    await world.run('attach T-1')
    expect(await status()).toMatchObject({ message: 'This session is associated with ticket: T-1', guidance: null })
    await world.run('attach --none')
    expect(await status()).toMatchObject({ message: 'This session is opted out of tickets', guidance: null })
    await world.run('attach --clear')
    expect(await status()).toMatchObject({
      message: 'This session has no ticket association',
      guidance: expect.stringContaining('Attach'),
    })
  })

  it('MB2 names one session in every reply, from the first call on', async () => {
    const ids = []
    for (const line of ['info', 'attach T-1', 'info', 'attach --status', 'attach --none'])
      ids.push((await world.ask(line)).reply.session.id)
    expect(new Set(ids).size).toBe(1)
  })

  it('MB5 means one session from every folder of the repository', async () => {
    const { mkdirSync, writeFileSync } = await import('node:fs')
    const { join } = await import('node:path')
    mkdirSync(join(world.folder, '.git'))
    writeFileSync(join(world.folder, '.git', 'HEAD'), 'ref: refs/heads/tide\n')
    mkdirSync(join(world.folder, 'src', 'deep'), { recursive: true })
    await world.run('attach T-1')
    const { reply } = await world.ask('status', { terminal: 'fresh', cwd: join(world.folder, 'src', 'deep') })
    expect(reply.standing).toMatchObject({ current: { ref: 'T-1' }, session: { gitBranch: 'tide' } })
  })

  it('MB6 MB7 keeps two agents in one folder apart', async () => {
    const as = (id: string) => ({ terminal: null, env: { CLAUDE_CODE_SESSION_ID: id } })
    await Promise.all([world.run('attach T-1', as('one')), world.run('attach T-2', as('two'))])
    expect((await world.ask('status', as('one'))).reply.standing.current.ref).toBe('T-1')
    expect((await world.ask('status', as('two'))).reply.standing.current.ref).toBe('T-2')
  })

  it('M41 M43 stands on several tickets at once, with a history of each change', async () => {
    await world.run('sprint activate 1')
    await world.run('task activate T-4')
    pass(5)
    await world.run('attach T-9')
    const { reply } = await world.ask('context history')
    expect(reply.items.map((row) => [row.change, refs(row.stack), row.fromAt, row.toAt])).toEqual([
      ['switch', ['SPRINT-1', 'T-9'], new Date(START + 5 * MINUTE).toISOString(), null],
      ['push', ['SPRINT-1', 'T-4'], new Date(START).toISOString(), new Date(START + 5 * MINUTE).toISOString()],
      ['push', ['SPRINT-1'], new Date(START).toISOString(), new Date(START).toISOString()],
    ])
    expect(reply.items.map((row) => row.by)).toEqual(['ada', 'ada', 'ada'])
    const log = await world.ask('activity list --session 1')
    expect(log.reply.items[0]).toMatchObject({
      actor: 'ada',
      action: 'context.switch',
      payload: { stack: ['SPRINT-1', 'T-9'], pushed: ['T-9'], popped: ['T-4'], lastedMs: 5 * MINUTE },
    })
  })

  it('M42 asks for the tracker where two have the ref', async () => {
    await world.run('attach T-1')
    await world.run('attach T-1 --tracker jira')
    const asked = await world.run('attach t-1')
    expect(asked).toMatchObject({ code: 4 })
    expect(asked.stderr).toContain('t-1 is in 2 trackers: local, jira')
    expect((await world.ask('attach T-1 --tracker JIRA')).reply.current.tracker).toBe('jira')
  })

  it('M49 goes from one ticket to the next within a session, each with its own time', async () => {
    await world.run('attach T-1')
    pass(10)
    await world.run('attach T-2')
    pass(4)
    expect((await world.ask('status')).reply.standing).toMatchObject({ current: { ref: 'T-2' }, ticketMs: 4 * MINUTE })
    await world.run('attach T-1')
    expect((await world.ask('status')).reply.standing.ticketMs).toBe(10 * MINUTE)
  })
})

describe('what session this is', () => {
  it('M26 has id, ticket, opt-out, last activity and the timeout', async () => {
    await world.run('attach T-1')
    const { reply } = await world.ask('info')
    expect(getSessionInfo.reply?.(reply as never, {} as never)).toMatchObject({
      success: true,
      session_id: reply.session.id,
      current_ticket: 'T-1',
      opted_out: false,
      last_activity: new Date(START).toISOString(),
      session_timeout_minutes: 30,
      expires_at: new Date(START + 30 * MINUTE).toISOString(),
    })
    expect([attach, sessionInfo].map(({ name }) => name)).toEqual(['session.attach', 'session.info'])
  })

  it('M13 M15 M16 expires strictly after 30 minutes: a new session, without ticket, that says what was put away', async () => {
    const first = (await world.ask('attach T-1')).reply.session
    pass(30)
    expect((await world.ask('info')).reply.session.id).toBe(first.id)
    pass(30)
    world.now += 1
    const { reply } = await world.ask('info')
    expect(reply.session.id).not.toBe(first.id)
    expect(reply).toMatchObject({ association: 'undecided', session: { parentId: first.id, relation: 'continues' } })
    expect(reply.warnings).toEqual([
      'SESSION-001 with T-1 was silent for more than 30 minutes and was put away; daybook resume SESSION-001 restores it',
    ])
    expect(await world.store.sessions.get(first.id)).toMatchObject({
      status: 'expired',
      endedAt: first.lastActivityAt.replace('15:42', '16:12'),
    })
    await world.run('resume SESSION-001')
    expect((await world.ask('info')).reply).toMatchObject({ current: { ref: 'T-1' }, expiresAt: null })
  })

  it('M14 MB1 is renewed by every call, reading status too', async () => {
    await world.run('attach T-1')
    for (const line of ['info', 'status', 'info', 'status', 'info']) {
      pass(25)
      expect((await world.run(line)).stdout).toContain('T-1')
    }
    expect((await world.ask('info')).reply.current.ref).toBe('T-1')
    pass(31)
    expect((await world.ask('status')).reply.standing.session.status).toBe('expired')
    expect((await world.ask('info')).reply.association).toBe('undecided')
  })

  it('never expires that way once it was started on purpose', async () => {
    await world.run('start')
    await world.run('attach T-1')
    pass(23 * 60)
    expect((await world.ask('info')).reply).toMatchObject({ current: { ref: 'T-1' }, expiresAt: null })
  })
})
