import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE, START, workWorld } from '../../test/work-world.ts'
import type { WorkWorld } from '../../test/work-world.ts'
import type { Ticket } from '../domain/ticket.ts'
import type { Page } from '../stores/page.ts'
import type { ChangedTicket } from './ticket-changes.ts'
import type { CreatedTicket } from './ticket-create.ts'
import type { TicketLinkView } from './ticket-sessions.ts'
import type { TicketShown } from './ticket-show.ts'
import type { TicketView } from './ticket-view.ts'

let world: WorkWorld
beforeEach(async () => {
  world = await workWorld()
})
afterEach(() => world.close())

/** A command with `--json`, and what it answered. */
async function ask<T>(words: string | readonly string[], at?: { terminal: string }): Promise<T & { code: number }> {
  const { code, reply } = await world.ask(words, at)
  return { ...(reply as unknown as T), code }
}
const create = (title: string, ...more: string[]) => ask<CreatedTicket>(['ticket', 'create', title, ...more])
const make = (more: object) => world.store.tickets.create({ createdBy: 'ada', ...more })
const list = async (...more: string[]) =>
  (await ask<Page<TicketView>>(['ticket', 'list', ...more])).items.map(({ ref }) => ref)
const count = async () => (await world.store.tickets.list({}, { limit: 1 })).total

describe('a new ticket', () => {
  it('M30 is not made while nobody said what it belongs to: three ways to go on, and the call again', async () => {
    const reply = await create('Evict old tables')
    expect(reply).toMatchObject({ code: 1, ok: false, ticket: null, parentFrom: 'undecided' })
    expect(reply.guidance).toMatch(/^⚠️ No ticket was created/)
    expect(reply.guidance?.match(/^\d\..*$/gm)).toEqual([
      '1. Attach a ticket: daybook attach T-1',
      '2. Skip it for this session: daybook attach --none',
      "3. Name the parent yourself (parent_epic, --parent), or create it without one: daybook ticket create 'Evict old tables' --no-parent",
    ])
    expect(reply.instructions.suggestedCommands).toHaveLength(3)
    expect(reply.session.id).toMatch(/^[0-9a-f-]{36}$/)
    expect(await count()).toBe(0)
  })

  it('M29 goes below the ticket of the session', async () => {
    await world.run('attach EPIC-7')
    const reply = await create('Evict old tables')
    expect(reply).toMatchObject({
      code: 0,
      parentFrom: 'frame',
      ticket: { ref: 'T-1', kind: 'task', parentRef: 'EPIC-7', status: 'open', priority: 'medium' },
      message: 'Created T-1 Evict old tables, below EPIC-7',
    })
    expect(await create('Again', '--kind', 'epic')).toMatchObject({ ticket: { ref: 'EPIC-1', parentRef: null } })
  })

  it('M28 MB3 goes below nothing in a session that opted out, whatever is configured', async () => {
    await world.run('attach --none')
    world.context.tickets = { prefix: 'T', defaultParent: 'EPIC-1', requireTests: 'auto' }
    expect(await create('Evict')).toMatchObject({ code: 0, parentFrom: 'opted_out', ticket: { parentRef: null } })
  })

  it('M27 goes below the parent that was named, without regard to the session', async () => {
    expect(await create('Evict', '--parent', 'EPIC-9')).toMatchObject({
      code: 0,
      parentFrom: 'explicit',
      ticket: { parentRef: 'EPIC-9' },
      warnings: ['EPIC-9 was not known; only its ref is kept'],
    })
    await world.run('attach EPIC-1')
    await world.run('attach --none')
    expect(await create('Evict', '--parent', 'epic-9')).toMatchObject({ ticket: { parentRef: 'EPIC-9' }, warnings: [] })
  })

  it('MB4 goes below nothing when that was said, also while a ticket is attached', async () => {
    await world.run('attach EPIC-1')
    expect(await create('Evict', '--no-parent')).toMatchObject({
      parentFrom: 'explicit_none',
      ticket: { parentRef: null },
    })
    const both = await world.run(['ticket', 'create', 'x', '--parent', 'T-1', '--no-parent'])
    expect(both).toMatchObject({ code: 2 })
    expect(both.stderr).toContain('a parent, T-1, and none were both given')
  })

  it('MB3 goes below the configured parent where nothing else says so; an attached ticket comes first', async () => {
    world.context.tickets = { prefix: 'TIDE', defaultParent: 'EPIC-1', requireTests: 'auto' }
    expect(await create('Evict')).toMatchObject({
      parentFrom: 'default',
      ticket: { ref: 'TIDE-1', parentRef: 'EPIC-1' },
    })
    await world.run('attach EPIC-2')
    expect(await create('Evict')).toMatchObject({ parentFrom: 'frame', ticket: { parentRef: 'EPIC-2' } })
  })

  it('M42 goes below no frame of another tracker', async () => {
    await world.run('attach PROJ-1 --tracker jira')
    expect(await create('Evict')).toMatchObject({ parentFrom: 'top', ticket: { parentRef: null, tracker: 'local' } })
  })

  it('is a subtask below a task, and goes below the deepest frame that may hold it', async () => {
    await world.run('sprint activate 1')
    await world.run('task activate T-1')
    expect(await create('Read')).toMatchObject({ ticket: { kind: 'subtask', parentRef: 'T-1' } })
    expect(await create('Write', '--kind', 'task')).toMatchObject({ ticket: { kind: 'task', parentRef: 'SPRINT-1' } })
    expect(await create('Next', '--kind', 'sprint')).toMatchObject({ ticket: { ref: 'SPRINT-2', parentRef: null } })
    const refused = await world.run(['ticket', 'create', 'x', '--kind', 'sprint', '--parent', 'T-1'])
    expect(refused).toMatchObject({ code: 4 })
    expect(refused.stderr).toContain('a sprint cannot lie below T-1, which is a task')
    expect(await count()).toBe(5)
  })

  it('keeps what is said of it, and is linked with the session that created it', async () => {
    const fields = ['--description', 'Old ones fill the disk.', '--priority', 'high', '--estimate', '1h 30m']
    const { ticket, instructions } = await create(
      '  Evict \n old tables ',
      '--no-parent',
      ...fields,
      '--tags',
      'Tide,disk',
      '--assignee',
      'Bo',
    )
    expect(ticket).toMatchObject({
      title: 'Evict old tables',
      description: 'Old ones fill the disk.',
      priority: 'high',
      estimateMinutes: 90,
      tags: ['tide', 'disk'],
      assignee: 'Bo',
      delegation: 'assigned',
      createdBy: 'ada',
    })
    expect(instructions.suggestedCommands).toEqual(['daybook task activate T-1', 'daybook ticket show T-1'])
    const { items } = await ask<Page<TicketLinkView>>('session tickets')
    expect(items).toMatchObject([{ action: 'created', by: 'ada', ticket: { ref: 'T-1', title: 'Evict old tables' } }])
    const [line] = (await world.store.activities.list({}, { limit: 1 })).items
    expect(line).toMatchObject({ action: 'ticket.created', payload: { ticket: 'T-1', from: 'explicit_none' } })
  })

  const MEGABYTE = 'x'.repeat(1_000_000)
  it.each([
    ['an estimate in words', ['--estimate', 'soon'], 2, 'estimate "soon" is not a length of time'],
    ['a negative estimate', ['--estimate', '-2h'], 2, 'estimate "-2h" is not a length of time'],
    ['an estimate of nothing', ['--estimate', '0m'], 2, 'estimate "0m" is not a length of time'],
    ['a priority that is none', ['--priority', 'urgent'], 2, '--priority "urgent" is not one of low, medium, high,'],
    ['a kind that is none', ['--kind', 'story'], 2, '--kind "story" is not one of project, epic'],
    ['a tag with a quote', ['--tags', 'a"b'], 2, '"a\\"b" is not a tag'],
    ['a ref with a bell', ['--ref', 'T-\u0007'], 2, 'is not a ref'],
    ['a ref of 201 characters', ['--ref', 'x'.repeat(201)], 2, 'is not a ref'],
    ['a description of a megabyte', ['--description', MEGABYTE], 1, 'has 1000000 characters, above 100000'],
    ['an assignee of a megabyte', ['--assignee', MEGABYTE], 1, 'the assignee has 1000000 characters, above 200'],
  ])('with %s is refused with the value, and nothing is stored', async (_, words, code, said) => {
    const refused = await world.run(['ticket', 'create', 'Evict', '--no-parent', ...words])
    expect(refused.code).toBe(code)
    expect(refused.stderr).toContain(said)
    expect(await count()).toBe(0)
  })

  it('is refused with a title of a megabyte, of nothing, and of a ref that is taken', async () => {
    expect((await world.run(['ticket', 'create', 'x'.repeat(1_000_000), '--no-parent'])).stderr).toContain(
      'the title has 1000000 characters, above 500',
    )
    expect(await world.run(['ticket', 'create', '  ', '--no-parent'])).toMatchObject({ code: 2 })
    await make({ ref: 'PROJ-1' })
    const taken = await world.run(['ticket', 'create', 'x', '--no-parent', '--ref', 'proj-1'])
    expect(taken).toMatchObject({ code: 4 })
    expect(taken.stderr).toContain('proj-1 exists already')
    expect(await count()).toBe(1)
  })

  it('keeps no secret that stands in it', async () => {
    world.context.redact = async (text) => text.replaceAll('hunter2', '[REDACTED]')
    const { ticket } = await create(
      'Log in with hunter2',
      '--no-parent',
      '--description',
      'hunter2',
      '--assignee',
      'hunter2',
    )
    expect(ticket).toMatchObject({
      title: 'Log in with [REDACTED]',
      description: '[REDACTED]',
      assignee: '[REDACTED]',
    })
    await world.run('task activate T-1')
    for (const words of ['update', 'note', 'log']) await world.run([words, 'hunter2'])
    await world.run(['done', 'It works with hunter2', '--force', 'hunter2'])
    await world.run(['ticket', 'update', 'T-1', '--title', 'hunter2', '--summary', 'hunter2'])
    const stored = [
      await world.store.tickets.list({}, { limit: 9 }),
      await world.store.activities.list({}, { limit: 99 }),
    ]
    expect(JSON.stringify([...stored, await world.store.tickets.notes({}, { limit: 9 })])).not.toContain('hunter2')
  })

  it('keeps paths as the text they are', async () => {
    expect(await create('../../etc/passwd', '--no-parent', '--ref', '../../../etc/passwd')).toMatchObject({
      ticket: { ref: '../../../etc/passwd', title: '../../etc/passwd' },
    })
    expect((await world.run(['ticket', 'show', '../../../etc/passwd'])).code).toBe(0)
  })
})

describe('a ticket', () => {
  it('is shown with what lies below it, notes, sessions, and time against its estimate', async () => {
    await make({ kind: 'task', title: 'Cache', estimateMinutes: 120 })
    await world.run('start')
    await world.run('task activate T-1')
    await create('Evict')
    await create('Read', '--kind', 'subtask')
    world.now += 90 * MINUTE
    await world.run('status')
    await world.run(['ticket', 'transition', 'T-2', 'cancelled'])
    const shown = await ask<TicketShown>('ticket show t-1')
    expect(shown).toMatchObject({
      ref: 'T-1',
      children: { total: 2, closed: 1 },
      figures: {
        total: { activeMs: 30 * MINUTE, sessions: 1 },
        variance: { percent: -75, suggestion: 'lower the estimate' },
      },
      holder: { key: 'SESSION-001' },
      heldSince: new Date(START).toISOString(),
    })
    expect(shown.children.items.map(({ ref, status }) => `${ref} ${status}`).sort()).toEqual([
      'T-2 cancelled',
      'T-3 open',
    ])
    expect(shown.sessions.map(({ action }) => action)).toEqual(['worked_on'])
    const screen = (await world.run('ticket show T-1')).stdout
    expect(screen).toContain('time       active 30m of 2h · own 30m')
    expect(screen).toContain('held by    SESSION-001 since Fri 15:42')
    expect(screen).toContain('Below it  1 of 2 closed')
    expect(await ask<TicketShown>('ticket show')).toMatchObject({ ref: 'T-1' })
  })

  it('sums what lies below it: own and total', async () => {
    const epic = await make({ kind: 'epic' })
    await make({ kind: 'task', parentId: epic.id })
    await world.run('attach EPIC-1')
    world.now += 10 * MINUTE
    await world.run('task activate T-1')
    world.now += 5 * MINUTE
    await world.run('pause')
    expect((await ask<TicketShown>('ticket show EPIC-1')).figures).toMatchObject({
      own: { activeMs: 10 * MINUTE },
      total: { activeMs: 15 * MINUTE },
    })
  })

  it('that nobody knows is an error with the value and a way out; so is one in two trackers', async () => {
    await make({ title: 'Cache' })
    for (const line of [
      'ticket show T-99',
      'ticket update T-99 --priority low',
      'ticket children T-99',
      'ticket sessions T-99',
    ]) {
      const refused = await world.run(line)
      expect(refused).toMatchObject({ code: 3 })
      expect(refused.stderr).toContain('no ticket "T-99"; the last one changed is T-1')
      expect(refused.stderr).toContain('try:   daybook ticket list')
    }
    await make({ ref: 'T-1', tracker: 'jira' })
    const several = await world.run('ticket show T-1')
    expect(several).toMatchObject({ code: 4 })
    expect(several.stderr).toContain('T-1 is in 2 trackers: local, jira')
    expect((await world.run('ticket show T-1 --tracker jira')).code).toBe(0)
    expect((await world.run('ticket show T-1 --tracker asana')).stderr).toContain(
      'no tracker "asana"; there is jira, local',
    )
    expect(await world.run(['ticket', 'show', 'x'.repeat(1_000_000)])).toMatchObject({ code: 2 })
  })

  it('changes what is given and says what changed; what is cleared is empty', async () => {
    await make({ title: 'Cache', estimateMinutes: 60, assignee: 'Bo', tags: ['disk'] })
    const changed = await ask<ChangedTicket>(
      'ticket update T-1 --priority critical --add-tags tide --clear estimate,assignee',
    )
    expect(changed.ticket).toMatchObject({
      priority: 'critical',
      tags: ['disk', 'tide'],
      estimateMinutes: null,
      assignee: null,
      delegation: 'unassigned',
      title: 'Cache',
    })
    expect(changed.message).toBe('T-1: changed priority, estimate, assignee, tags')
    expect(await ask<ChangedTicket>('ticket update T-1 --priority critical')).toMatchObject({
      message: 'T-1 stands so already',
      changed: [],
    })
    expect((await world.run('ticket update T-1 --estimate 2h --clear estimate')).stderr).toContain(
      'estimate is both given and cleared',
    )
  })

  it('cannot be put below itself, below what it holds, or where its kind does not fit', async () => {
    const task = await make({ kind: 'task' })
    await make({ kind: 'subtask', parentId: task.id })
    for (const line of [
      'ticket update T-1 --parent T-1',
      'ticket update T-1 --parent T-2',
      'ticket update T-1 --kind subtask',
    ])
      expect(await world.run(line)).toMatchObject({ code: 4 })
    expect(await ask<TicketShown>('ticket show T-1')).toMatchObject({ parentRef: null, kind: 'task' })
  })

  it('moves to a status that may follow, with who and when; a closed one only when it is reopened', async () => {
    await make({ title: 'Cache' })
    expect(await world.run('ticket transition T-1 tested')).toMatchObject({ code: 4 })
    await world.run('ticket transition T-1 in_progress')
    const closed = await ask<ChangedTicket>('ticket transition T-1 cancelled')
    expect(closed).toMatchObject({
      message: 'T-1: in progress -> cancelled',
      ticket: { closedAt: new Date(START).toISOString(), closedBy: 'ada' },
    })
    const refused = await world.run('ticket transition T-1 open')
    expect(refused).toMatchObject({ code: 4 })
    expect(refused.stderr).toContain('T-1 is cancelled and cannot become open')
    expect(await ask<ChangedTicket>('ticket transition T-1 open --reopen')).toMatchObject({
      ticket: { status: 'open', closedAt: null, closedBy: null },
    })
  })

  it('is deleted with its notes; not while somebody stands on it or work counts toward it', async () => {
    const epic = await make({ kind: 'epic' })
    await make({ parentId: epic.id })
    expect(await ask('ticket delete EPIC-1 --rehearse')).toMatchObject({ deleted: false, children: ['T-1'] })
    expect(await world.run('ticket delete EPIC-1 --yes')).toMatchObject({ code: 0 })
    expect(await list()).toEqual(['T-1'])
    await world.run('attach T-1')
    expect((await world.run('ticket delete T-1 --yes')).stderr).toContain('T-1 is on the stack of SESSION-001')
    await world.run('attach --clear')
    expect((await world.run('ticket delete T-1 --yes')).stderr).toContain('work counts toward T-1')
    expect(await list()).toEqual(['T-1'])
  })
})

describe('lists of tickets', () => {
  it('go page by page, and say which there are in all', async () => {
    for (let i = 1; i <= 7; i++) await make({ title: `Ticket ${i}` })
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: Page<Ticket> = await ask([
        'ticket',
        'list',
        '--limit',
        '3',
        ...(cursor === null ? [] : ['--cursor', cursor]),
      ])
      expect(page.total).toBe(7)
      seen.push(...page.items.map(({ ref }) => ref))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(seen.toSorted()).toEqual(['T-1', 'T-2', 'T-3', 'T-4', 'T-5', 'T-6', 'T-7'])
    expect(await list('--limit', '3', '--offset', '3')).toEqual(seen.slice(3, 6))
    expect(await world.run('ticket list --cursor nonsense')).toMatchObject({ code: 2 })
    expect(await world.run('ticket list --limit -1')).toMatchObject({ code: 2 })
  })

  it('are narrowed by what tickets are', async () => {
    const epic = await make({ kind: 'epic', title: 'Offline' })
    await make({
      kind: 'task',
      title: 'Cache 100 % of it',
      parentId: epic.id,
      priority: 'high',
      tags: ['tide'],
      assignee: 'Bo',
    })
    await make({ kind: 'task', title: 'Evict', status: 'done' })
    expect(await list('--kind', 'task', '--status', 'open')).toEqual(['T-1'])
    expect(await list('--parent', 'epic-1')).toEqual(['T-1'])
    expect(await list('--top', '--open')).toEqual(['EPIC-1'])
    expect(await list('--priority', 'high', '--tag', '#Tide', '--assignee', 'bo')).toEqual(['T-1'])
    expect((await ask<Page<Ticket>>(['ticket', 'search', '100 %'])).items).toMatchObject([{ ref: 'T-1' }])
    expect((await ask<Page<Ticket>>('ticket children EPIC-1')).items).toMatchObject([{ ref: 'T-1' }])
    expect((await world.run('ticket search nowhere')).stdout).toContain('No ticket matches.')
  })

  it('--free has what can be taken, most urgent first: not what is closed, waits, is blocked or held', async () => {
    const [low, critical, held] = [
      await make({ priority: 'low' }),
      await make({ priority: 'critical' }),
      await make({}),
    ]
    const blocker = await make({ priority: 'high' })
    for (const status of ['done', 'cancelled', 'waiting', 'blocked'] as const) await make({ status })
    await world.run(['ticket', 'link', blocker.ref, low.ref, '--relation', 'blocks'])
    await world.run(`task activate ${held.ref}`)
    expect(await list('--free')).toEqual([critical.ref, blocker.ref])
    expect(await list('--free', '--limit', '1')).toEqual([critical.ref])
    await world.run(`ticket transition ${blocker.ref} cancelled`)
    await world.run('end')
    expect(await list('--free')).toEqual([critical.ref, held.ref, low.ref])
  })

  it('--free has what a session held that fell silent for a day', async () => {
    await world.run('start')
    await world.run('task activate T-1')
    expect(await list('--free')).toEqual([])
    world.now += 25 * 60 * MINUTE
    expect(await list('--free')).toEqual(['T-1'])
    expect(await ask<TicketShown>('ticket show T-1')).toMatchObject({ holder: null })
  })
})

describe('links', () => {
  it('G35 of sessions and tickets are read from both ends, newest first', async () => {
    await make({ title: 'Cache' })
    await world.run('start')
    await world.run('task activate T-1')
    world.now += MINUTE
    for (const action of ['discovered', 'mentioned', 'closed'])
      expect((await world.run(['ticket', 'link', 'T-1', '--action', action])).code).toBe(0)
    const bySession = await ask<Page<TicketLinkView>>('session tickets 1')
    const byTicket = await ask<Page<TicketLinkView>>('ticket sessions T-1')
    expect(bySession.items.map(({ action }) => action).toSorted()).toEqual([
      'closed',
      'discovered',
      'mentioned',
      'worked_on',
    ])
    expect(bySession.items.at(-1)).toMatchObject({
      action: 'worked_on',
      ticket: { ref: 'T-1' },
      session: { key: 'SESSION-001' },
    })
    expect(byTicket.items).toEqual(bySession.items)
    expect((await ask<Page<TicketLinkView>>('ticket sessions T-1 --action closed')).items).toHaveLength(1)
    expect((await ask<Page<TicketLinkView>>('session tickets 1 --action created')).items).toEqual([])
  })

  it('G35 are made once, and an action that is none is an error', async () => {
    await make({})
    await world.run('start')
    await world.run('ticket link T-1 --action mentioned')
    expect(await ask<ChangedTicket>('ticket link T-1 --action mentioned')).toMatchObject({
      message: 'SESSION-001 mentioned T-1 already',
      changed: [],
    })
    expect((await ask<Page<TicketLinkView>>('ticket sessions T-1')).total).toBe(1)
    const refused = await world.run('ticket link T-1 --action admired')
    expect(refused).toMatchObject({ code: 2 })
    expect(refused.stderr).toContain('--action "admired" is not one of worked_on, created, discovered,')
    await world.run('ticket unlink T-1 --action mentioned')
    expect((await ask<Page<TicketLinkView>>('ticket sessions T-1')).total).toBe(0)
  })

  it('between tickets say what one is to the other; none blocks itself, by whatever way', async () => {
    for (let i = 0; i < 3; i++) await make({})
    await world.run('ticket link T-1 T-2 --relation blocks')
    world.now += MINUTE
    await world.run('ticket link T-2 T-3 --relation blocks')
    expect((await ask<TicketShown>('ticket show T-2')).relations).toMatchObject([
      { kind: 'blocks', from: false, ticket: { ref: 'T-1' } },
      { kind: 'blocks', from: true, ticket: { ref: 'T-3' } },
    ])
    expect((await world.run('ticket show T-2')).stdout).toContain('blocked by T-1, blocks T-3')
    const round = await world.run('ticket link T-3 T-1 --relation blocks')
    expect(round).toMatchObject({ code: 4 })
    expect(round.stderr).toContain('T-1 blocks T-3: each would wait for the other')
    expect(await world.run('ticket link T-1 T-1')).toMatchObject({ code: 4 })
    expect(await world.run('ticket link T-1')).toMatchObject({ code: 2 })
    await world.run('ticket unlink T-1 T-2 --relation blocks')
    expect((await ask<TicketShown>('ticket show T-1')).relations).toEqual([])
  })
})

describe('a ticket that 20 sessions want at once', () => {
  it('goes to one; the others are told who holds it, and since when', async () => {
    await make({ kind: 'task' })
    const terminals = Array.from({ length: 20 }, (_, i) => ({ terminal: `t${i}` }))
    for (const at of terminals) await world.run('start', at)
    const tries = await Promise.all(terminals.map((at) => world.run('task activate T-1', at)))
    const { holder } = await ask<TicketShown>('ticket show T-1', terminals[0])
    expect(tries.filter(({ code }) => code === 0)).toHaveLength(1)
    const told = tries.filter(({ code }) => code === 4).map(({ stderr }) => stderr.split('\n')[0])
    expect(told).toEqual(Array(19).fill(`error: T-1 is held by ${holder?.key} since ${new Date(START).toISOString()}`))
  })
})
