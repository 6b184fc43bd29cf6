import { describe, expect, it } from 'vitest'
import { STATUS_FILTERS } from '../domain/session.ts'
import { CONTRACT_NOW, T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

const DAY = 86_400_000

export function sessionContract(begin: () => Promise<World>): void {
  describe('sessions', () => {
    const three = async (world: World) => {
      for (const [name, atMs] of [
        ['0a1b2c3d-old', T0 - 9 * DAY],
        ['0a1b2c3d-mid', T0 - 60_000],
        ['ffee00aa', T0],
      ] as const) {
        const id = await world.register(name)
        await world.read(id, {
          entries: [{ id: name, atMs }],
          usage: [{ response: name, atMs, cost: 10 }],
          facts: { title: `About ${name}` },
        })
      }
    }

    it('are listed newest first, page by page', async () => {
      const world = await begin()
      await three(world)
      const page = await world.store.sessions.list({}, { limit: 2 })
      expect(page.items.map((session) => session.externalId)).toEqual(['ffee00aa', '0a1b2c3d-mid'])
      expect(page.total).toBe(3)
      const rest = await world.store.sessions.list({}, { limit: 2, cursor: page.nextCursor ?? '' })
      expect(rest).toMatchObject({ total: 3, nextCursor: null, items: [{ externalId: '0a1b2c3d-old' }] })
      await expect(world.store.sessions.list({}, { limit: 0 })).rejects.toMatchObject({ code: 'invalid' })
      await expect(world.store.sessions.list({}, { limit: 1, cursor: 'nonsense' })).rejects.toMatchObject({
        code: 'invalid',
      })
    })

    it('are listed from the nth on', async () => {
      const world = await begin()
      await three(world)
      const { sessions } = world.store
      const page = await sessions.list({}, { limit: 1, offset: 1 })
      expect(page).toMatchObject({ total: 3, items: [{ externalId: '0a1b2c3d-mid' }] })
      const next = await sessions.list({}, { limit: 1, cursor: page.nextCursor ?? '' })
      expect(next).toMatchObject({ nextCursor: null, items: [{ externalId: '0a1b2c3d-old' }] })
      expect(await sessions.list({}, { limit: 1, offset: 3 })).toEqual({ items: [], total: 3, nextCursor: null })
      const twice = { limit: 1, offset: 1, cursor: page.nextCursor ?? '' }
      await expect(sessions.list({}, twice)).rejects.toThrow('offset 1 and a cursor both say where to begin')
      await expect(sessions.list({}, { limit: 1, offset: -1 })).rejects.toMatchObject({ code: 'invalid' })
    })

    it('are found by status as it is now, by text, and by time', async () => {
      const world = await begin()
      await three(world)
      const names = async (filter: Parameters<typeof world.store.sessions.list>[0]) =>
        (await world.store.sessions.list(filter, { limit: 9 })).items.map((session) => session.externalId)
      expect(await names({ status: 'expired' })).toEqual(['0a1b2c3d-old'])
      expect(await names({ status: 'active' })).toEqual(['ffee00aa', '0a1b2c3d-mid'])
      expect(await names({ text: 'ABOUT FFEE' })).toEqual(['ffee00aa'])
      expect(await names({ text: '100%' })).toEqual([])
      expect(await names({ from: new Date(T0).toISOString() })).toEqual(['ffee00aa'])
      expect(await names({ to: new Date(T0 - DAY).toISOString() })).toEqual(['0a1b2c3d-old'])
      expect(await world.store.sessions.stats({})).toMatchObject({
        total: 3,
        byStatus: { expired: 1, active: 2 },
        byAgent: { 'claude-code': 3 },
        entries: 3,
        oldestAt: new Date(T0 - 9 * DAY).toISOString(),
      })
    })

    it('are counted by status as lists of each status have them', async () => {
      const world = await begin()
      await three(world)
      const { sessions } = world.store
      const draft = { agent: 'person', refPrefix: 'db', channel: 'cli' as const, externalId: null }
      for (const [implicit, hoursAgo] of [
        [true, 0],
        [true, 3],
        [false, 3],
      ] as const) {
        await sessions.create({ ...draft, implicit, startedAtMs: CONTRACT_NOW - hoursAgo * 3_600_000 })
      }
      const [mid, old] = [await world.session('0a1b2c3d-mid'), await world.session('0a1b2c3d-old')]
      const { byStatus, ...all } = await sessions.stats({})
      for (const status of STATUS_FILTERS)
        expect([status, (await sessions.list({ status }, { limit: 1 })).total]).toEqual([status, byStatus[status] ?? 0])
      expect(byStatus).toEqual({ expired: 2, active: 4 })
      expect(all).toMatchObject({
        total: 6,
        byAgent: { 'claude-code': 3, person: 3 },
        byProject: [{ project: null, sessions: 6 }],
      })
      // Each once, whatever else is true of it.
      await sessions.update(mid.id, { handoffReady: true })
      await sessions.update(old.id, { archivedAt: new Date(T0).toISOString() })
      expect((await sessions.stats({})).byStatus).toEqual({ archived: 1, handoff_ready: 1, expired: 1, active: 3 })
    })

    it('get short names that differ', async () => {
      const world = await begin()
      await three(world)
      const refs = (await world.store.sessions.list({}, { limit: 9 })).items.map((session) => session.ref)
      expect(new Set(refs).size).toBe(3)
      expect(refs[0]).toBe('cc-ffee00')
    })

    it('get short names of the same length, also where ids begin with the time', async () => {
      const world = await begin()
      for (const id of ['01a1fb7d-de23-7843-8011-0e135e74d332', '01a1fb7d-dbd0-70d1-a221-680411818361'])
        await world.read(await world.register(id), { entries: [{ id, atMs: T0 }] })
      const { items } = await world.store.sessions.list({}, { limit: 9 })
      expect(items.map((session) => session.ref).sort()).toEqual(['cc-0e135e', 'cc-680411'])
    })

    it('mean by a word what the first rule finds', async () => {
      const world = await begin()
      await three(world)
      const { store } = world
      const newest = await world.session('ffee00aa')
      const keyed = await store.sessions.assignKey(newest.id)
      expect(keyed.key).toBe('SESSION-001')
      for (const word of [newest.id, 'SESSION-001', 'session-1', '1', 'ffee00aa', 'cc-ffee00', 'CC-FFEE', 'ffee']) {
        expect(
          (await store.sessions.resolve(word)).map((session) => session.id),
          word,
        ).toEqual([newest.id])
      }
      expect(await store.sessions.resolve('0a1b2c3d')).toHaveLength(2)
      expect(await store.sessions.resolve('%')).toEqual([])
      await expect(store.sessions.get('nothing')).rejects.toThrow('no session "nothing"; the newest is SESSION-001')
    })

    it('get their keys one after the other, once, also when asked for at the same time', async () => {
      const world = await begin()
      for (let i = 0; i < 20; i++)
        await world.read(await world.register(`s${i}`), { entries: [{ id: `e${i}`, atMs: T0 + i }] })
      const { items } = await world.store.sessions.list({}, { limit: 20 })
      const twice = [...items, ...items]
      const keys = await Promise.all(
        twice.map(async (session) => (await world.store.sessions.assignKey(session.id)).key),
      )
      expect(keys.slice(0, 20)).toEqual(keys.slice(20))
      expect(keys.slice(0, 20).sort()).toEqual(
        Array.from({ length: 20 }, (_, i) => `SESSION-${String(i + 1).padStart(3, '0')}`),
      )
    })

    it('change by hand', async () => {
      const world = await begin()
      await three(world)
      const { id } = await world.session('ffee00aa')
      const changed = await world.store.sessions.update(id, {
        title: 'Mine',
        titleSource: 'user',
        status: 'completed',
        tags: ['tide'],
      })
      expect(changed).toMatchObject({ title: 'Mine', titleSource: 'user', status: 'completed', tags: ['tide'] })
      await world.read(await world.register('ffee00aa'), { from: 1, facts: { title: 'Agent', titleSource: 'agent' } })
      expect((await world.session('ffee00aa')).title).toBe('Mine')
    })

    it('stay deleted', async () => {
      const world = await begin()
      await three(world)
      const { store } = world
      const helper = await world.register('agent-9', { kind: 'subagent' })
      const { id } = await world.session('ffee00aa')
      await store.sessions.delete(id, 'ada', 'private')
      expect(await store.tombstones.has('claude-code', 'ffee00aa')).toBe(true)
      expect(await store.tombstones.list()).toEqual([
        {
          agent: 'claude-code',
          externalId: 'ffee00aa',
          deletedAt: new Date(CONTRACT_NOW).toISOString(),
          deletedBy: 'ada',
          reason: 'private',
        },
      ])
      await expect(world.register('ffee00aa')).rejects.toThrow('refused')
      // A file that names its session only inside.
      const facts = { sessionExternalId: 'ffee00aa' }
      expect(await world.read(helper, { entries: [{ id: 'x', atMs: T0 }], facts })).toMatchObject({
        sessionId: null,
        entriesAdded: 0,
      })
      expect(await store.sessions.find(id)).toBeUndefined()
      expect((await store.sessions.list({}, { limit: 9 })).total).toBe(2)
    })

    it('belong to projects, which are found by identity from every root', async () => {
      const world = await begin()
      const { store } = world
      const evidence = { identityKind: 'origin' as const, identity: 'github.com/ada/tide', name: 'tide' }
      const project = await store.projects.ensure({ ...evidence, root: '/code/tide' })
      expect((await store.projects.ensure({ ...evidence, root: '/code/tide-2' })).id).toBe(project.id)
      await world.read(await world.register('abc'), {
        entries: [{ id: 'a', atMs: T0 }],
        facts: { projectId: project.id },
      })
      expect(await store.projects.list()).toMatchObject([
        {
          id: project.id,
          roots: ['/code/tide', '/code/tide-2'],
          sessionCount: 1,
          lastActivityAt: new Date(T0).toISOString(),
        },
      ])
      expect(await world.session('abc')).toMatchObject({ project: 'tide', projectId: project.id })
      expect(await store.projects.resolve('/code/tide-2')).toHaveLength(1)
      expect(await store.projects.at(['/code/tide-2/src', '/code/tide-2', '/'])).toMatchObject({ id: project.id })
      expect(await store.projects.at(['/code/other', '/code', '/'])).toBeUndefined()
      const { id, ref } = await world.session('abc')
      expect(await store.sessions.named([id, 'nobody'])).toEqual(
        new Map([[id, { id, key: null, ref, title: null, agent: 'claude-code', project: 'tide' }]]),
      )
      await store.projects.setIgnored(project.id, new Date(T0).toISOString())
      await expect(world.register('abc')).rejects.toThrow('refused')
      await store.projects.setIgnored(project.id, null)
      expect(await world.register('abc')).toBeGreaterThan(0)
    })

    it('know their parent whichever is read first', async () => {
      const world = await begin()
      await world.read(await world.register('child'), {
        entries: [{ id: 'c', atMs: T0 }],
        facts: { parentExternalId: 'parent', relation: 'continues' },
      })
      expect((await world.session('child')).parentId).toBeNull()
      await world.read(await world.register('parent'), { entries: [{ id: 'p', atMs: T0 - 1 }] })
      expect(await world.session('child')).toMatchObject({
        parentId: (await world.session('parent')).id,
        relation: 'continues',
      })
    })
  })
}
