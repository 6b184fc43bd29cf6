import { describe, expect, it } from 'vitest'
import { CONTRACT_NOW } from './world.contract.ts'
import type { World } from './world.contract.ts'

const NOW = new Date(CONTRACT_NOW).toISOString()
const draft = { agent: 'person', externalId: null, refPrefix: 'db', channel: 'cli' as const }

export function ticketContract(begin: () => Promise<World>): void {
  describe('tickets', () => {
    it('get refs one after the other, by prefix and kind, past those written by hand', async () => {
      const { store } = await begin()
      const make = (more: object) => store.tickets.create({ createdBy: 'ada', ...more })
      await make({ ref: 't-2', title: 'By hand' })
      const refs = []
      for (const more of [{}, {}, { kind: 'sprint' }, { kind: 'epic' }, { prefix: 'TIDE' }, { kind: 'subtask' }])
        refs.push((await make(more)).ref)
      expect(refs).toEqual(['T-1', 'T-3', 'SPRINT-1', 'EPIC-1', 'TIDE-1', 'T-4'])
      await expect(make({ ref: 'T-2' })).rejects.toMatchObject({ code: 'conflict' })
      expect((await make({ ref: 'T-2', tracker: 'Jira' })).tracker).toBe('Jira')
      expect((await store.tickets.ensureTracker('JIRA')).name).toBe('Jira')
      expect((await store.tickets.find('t-2')).map(({ ref, tracker }) => [ref, tracker])).toEqual([
        ['t-2', 'local'],
        ['T-2', 'Jira'],
      ])
    })

    it('get 20 refs for 20 made at the same time', async () => {
      const { store } = await begin()
      const made = await Promise.all(Array.from({ length: 20 }, () => store.tickets.create({ createdBy: 'ada' })))
      expect(new Set(made.map(({ ref }) => ref)).size).toBe(20)
    })

    it('that can be taken are listed most urgent first, page by page', async () => {
      const { store } = await begin()
      const refs: string[] = []
      for (const priority of ['low', 'critical', 'medium', 'high', 'critical'] as const)
        refs.push((await store.tickets.create({ priority, createdBy: 'ada' })).ref)
      const [blocker] = await store.tickets.find('T-1')
      const [blocked] = await store.tickets.find('T-3')
      await store.tickets.relate(blocker?.id as string, 'blocks', blocked?.id as string, 'ada', NOW)
      await store.tickets.create({ status: 'waiting', createdBy: 'ada' })
      const seen: string[] = []
      for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
        const page = await store.tickets.list({ free: true }, { limit: 1, cursor })
        expect(page.total).toBe(4)
        seen.push(...page.items.map(({ ref }) => ref))
        cursor = page.nextCursor ?? undefined
      }
      expect(seen.slice(0, 2).toSorted()).toEqual(['T-2', 'T-5'])
      expect(seen.slice(2)).toEqual(['T-4', 'T-1'])
      const skipped = await store.tickets.list({ free: true }, { limit: 9, offset: 2 })
      expect(skipped.items.map(({ ref }) => ref)).toEqual(['T-4', 'T-1'])
    })

    it('of which only the ref is known are made once, however it is written', async () => {
      const { store } = await begin()
      const one = await store.tickets.ensure({ ref: 'PROJ-123', createdBy: 'ada' })
      expect(one).toMatchObject({ ref: 'PROJ-123', kind: 'ticket', title: null, status: 'open', priority: 'medium' })
      expect(await store.tickets.ensure({ ref: 'proj-123', title: 'Never mind', createdBy: 'bob' })).toEqual(one)
    })

    it('change, are found by what they are, and know who is above them', async () => {
      const { store } = await begin()
      const sprint = await store.tickets.create({ kind: 'sprint', title: 'Offline', createdBy: 'ada' })
      const task = await store.tickets.create({
        kind: 'task',
        title: 'Cache 100% of it',
        parentId: sprint.id,
        assignee: 'Bo',
        tags: ['tide', 'x"y'],
        estimateMinutes: 120,
        priority: 'high',
        createdBy: 'ada',
      })
      const sub = await store.tickets.create({ kind: 'subtask', parentId: task.id, createdBy: 'ada' })
      expect(task).toMatchObject({ parentRef: 'SPRINT-1', delegation: 'assigned', estimateMinutes: 120 })
      const names = async (filter: Parameters<typeof store.tickets.list>[0]) =>
        (await store.tickets.list(filter, { limit: 9 })).items.map(({ ref }) => ref).sort()
      expect(await names({ kinds: ['task', 'sprint'] })).toEqual(['SPRINT-1', 'T-1'])
      expect(await names({ parentId: sprint.id })).toEqual(['T-1'])
      expect(await names({ parentId: null })).toEqual(['SPRINT-1'])
      expect(await names({ text: '100%' })).toEqual(['T-1'])
      expect(await names({ tag: 'x"y', assignee: 'bo', priority: 'high' })).toEqual(['T-1'])
      expect(await names({ tag: 'tid' })).toEqual([])
      const closed = await store.tickets.update(task.id, { status: 'done', closedAt: NOW, closedBy: 'bo', tags: [] })
      expect(closed).toMatchObject({
        status: 'done',
        closedAt: NOW,
        closedBy: 'bo',
        tags: [],
        title: 'Cache 100% of it',
      })
      expect(await names({ statuses: ['open'] })).toEqual(['SPRINT-1', 'T-2'])
      const above = await store.tickets.ancestors([sub.id, sprint.id])
      expect([...above].map(([id, list]) => [id, list.map(({ ref }) => ref)])).toEqual([
        [sub.id, ['T-1', 'SPRINT-1']],
        [sprint.id, []],
      ])
      await expect(store.tickets.update(sprint.id, { parentId: sub.id })).rejects.toThrow(
        'SPRINT-1 cannot lie below itself',
      )
      await store.tickets.delete(task.id)
      expect((await store.tickets.get(sub.id)).parentId).toBeNull()
      await expect(store.tickets.get(task.id)).rejects.toMatchObject({ code: 'not_found' })
    })

    it('are listed page by page, last changed first', async () => {
      const { store } = await begin()
      for (let i = 0; i < 5; i++) await store.tickets.create({ createdBy: 'ada' })
      const first = await store.tickets.list({}, { limit: 3 })
      const rest = await store.tickets.list({}, { limit: 3, cursor: first.nextCursor ?? '' })
      expect([first.total, rest.nextCursor]).toEqual([5, null])
      expect(new Set([...first.items, ...rest.items].map(({ ref }) => ref)).size).toBe(5)
    })

    it('are held by one session: of two that claim at once one is told no', async () => {
      const { store } = await begin()
      const ticket = await store.tickets.create({ createdBy: 'ada' })
      const [one, two] = [await store.sessions.create(draft), await store.sessions.create(draft)]
      const claims = await Promise.all([one, two].map(({ id }) => store.tickets.claim(ticket.id, id, null, NOW)))
      expect(claims.filter(Boolean)).toHaveLength(1)
      const [holder, other] = claims[0] ? [one, two] : [two, one]
      expect(await store.tickets.get(ticket.id)).toMatchObject({ heldBySessionId: holder.id, heldSince: NOW })
      const later = new Date(CONTRACT_NOW + 1000).toISOString()
      expect(await store.tickets.claim(ticket.id, holder.id, holder.id, later)).toBe(true)
      expect((await store.tickets.get(ticket.id)).heldSince).toBe(NOW)
      expect(await store.tickets.claim(ticket.id, other.id, holder.id, later)).toBe(true)
      expect(await store.tickets.get(ticket.id)).toMatchObject({ heldBySessionId: other.id, heldSince: later })
      expect((await store.tickets.list({ heldBy: other.id }, { limit: 9 })).total).toBe(1)
      await store.tickets.release(other.id)
      expect((await store.tickets.list({ heldBy: null }, { limit: 9 })).total).toBe(1)
    })

    it('are linked to sessions, once for each action, and read from both ends', async () => {
      const { store } = await begin()
      const ticket = await store.tickets.create({ createdBy: 'ada' })
      const { id } = await store.sessions.create(draft)
      const link = { sessionId: id, ticketId: ticket.id, at: NOW, by: 'ada' }
      for (const action of ['worked_on', 'created', 'worked_on'] as const) await store.tickets.link({ ...link, action })
      const both = [
        { ...link, action: 'created' },
        { ...link, action: 'worked_on' },
      ]
      expect(await store.tickets.links({ sessionId: id })).toEqual(both)
      expect(await store.tickets.links({ ticketId: ticket.id })).toEqual(both)
      expect((await store.sessions.list({ ticketId: ticket.id }, { limit: 9 })).total).toBe(1)
      await store.tickets.unlink({ ...link, action: 'created' })
      expect(await store.tickets.links({ ticketId: ticket.id, action: 'created' })).toEqual([])
    })

    it('carry relations and notes', async () => {
      const { store } = await begin()
      const [a, b] = [
        await store.tickets.create({ createdBy: 'ada' }),
        await store.tickets.create({ createdBy: 'ada' }),
      ]
      const { id } = await store.sessions.create(draft)
      await store.tickets.relate(a.id, 'blocks', b.id, 'ada', NOW)
      await store.tickets.relate(a.id, 'blocks', b.id, 'ada', NOW)
      const relation = { fromId: a.id, kind: 'blocks', toId: b.id, at: NOW, by: 'ada' }
      expect(await store.tickets.relations(b.id)).toEqual([relation])
      await store.tickets.unrelate(a.id, 'blocks', b.id)
      expect(await store.tickets.relations(a.id)).toEqual([])
      const note = { ticketId: a.id, sessionId: id, text: 'half of it', at: NOW, by: 'ada' }
      await store.tickets.addNote({ ...note, kind: 'update' })
      await store.tickets.addNote({ ...note, kind: 'note', sessionId: null, text: 'the rest' })
      const page = await store.tickets.notes({ ticketId: a.id }, { limit: 1 })
      expect(page).toMatchObject({ total: 2, items: [{ text: 'the rest', sessionId: null }] })
      const { items } = await store.tickets.notes({ sessionId: id, kinds: ['update'] }, { limit: 9 })
      expect(items.map(({ text }) => text)).toEqual(['half of it'])
    })
  })
}
