import { describe, expect, it } from 'vitest'
import { T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

const AT = new Date(T0).toISOString()

export function organisingContract(begin: () => Promise<World>): void {
  describe('what people add', () => {
    const three = async (world: World) => {
      for (const [place, name] of ['one', 'two', 'three'].entries())
        await world.read(await world.register(name), { entries: [{ id: name, atMs: T0 + place }] })
      const { sessions } = world.store
      const change = async (name: string, to: Parameters<typeof sessions.update>[1]) =>
        sessions.update((await world.session(name)).id, to)
      const names = async (filter: Parameters<typeof sessions.list>[0]) =>
        (await sessions.list(filter, { limit: 9 })).items.map(({ externalId }) => externalId)
      return { change, names }
    }

    it('narrows lists by tag, any or all, star and archive', async () => {
      const world = await begin()
      const { change, names } = await three(world)
      await change('one', { tags: ['tide', 'low water'] })
      await change('two', { tags: ['tides', 'low water'], starredAt: AT })
      await change('three', { archivedAt: AT })
      expect(await names({ tags: ['tide'] })).toEqual(['one'])
      expect(await names({ tags: ['Tide'] })).toEqual([])
      expect(await names({ tags: ['tide', 'tides'] })).toEqual(['two', 'one'])
      expect(await names({ tags: ['tide', 'tides'], allTags: true })).toEqual([])
      expect(await names({ tags: ['tide', 'low water'], allTags: true })).toEqual(['one'])
      expect(await names({ starred: true })).toEqual(['two'])
      expect(await names({ starred: false })).toEqual(['three', 'one'])
      expect(await names({ archived: false })).toEqual(['two', 'one'])
      expect(await names({ archived: true })).toEqual(['three'])
      expect(await names({ status: 'archived' })).toEqual(['three'])
      expect(await names({ status: 'handoff_ready' })).toEqual([])
      expect(await world.session('two')).toMatchObject({ starredAt: AT, tags: ['tides', 'low water'] })
    })

    it('counts an archived session once, as archived', async () => {
      const world = await begin()
      const { change } = await three(world)
      await change('one', { archivedAt: AT, status: 'completed' })
      await change('two', { status: 'completed' })
      const { total, byStatus } = await world.store.sessions.stats({})
      expect({ total, byStatus }).toEqual({ total: 3, byStatus: { archived: 1, completed: 1, active: 1 } })
    })

    it('keeps notes, newest first, until they or their session are deleted', async () => {
      const world = await begin()
      await three(world)
      const { store } = world
      const [one, two] = [await world.session('one'), await world.session('two')]
      const add = (sessionId: string, text: string, entryId: string | null = null) =>
        store.notes.add({ sessionId, entryId, text, at: AT, by: 'ada' })
      const first = await add(one.id, 'First')
      const second = await add(one.id, 'Second', 'e0mi4x0v5kq0j1a')
      const other = await add(two.id, 'Other')
      expect(second).toEqual({ ...first, id: second.id, text: 'Second', entryId: 'e0mi4x0v5kq0j1a' })
      expect(await store.notes.list({})).toEqual([other, second, first])
      expect(await store.notes.list({ sessionId: one.id })).toEqual([second, first])
      expect(await store.notes.get(first.id)).toEqual(first)
      await store.notes.remove(first.id)
      await expect(store.notes.get(first.id)).rejects.toMatchObject({ code: 'not_found' })
      await store.sessions.delete(one.id, 'ada')
      expect(await store.notes.list({})).toEqual([other])
      await expect(add('nobody', 'Lost')).rejects.toMatchObject({ code: 'not_found' })
    })

    it('keeps filters by name', async () => {
      const { store } = await begin()
      const filter = { name: 'lately', words: { since: '7d', tag: ['a'] }, savedAt: AT, savedBy: 'ada' }
      await store.savedFilters.save({ ...filter, words: { starred: true } })
      await store.savedFilters.save(filter)
      await store.savedFilters.save({ ...filter, name: 'all' })
      expect(await store.savedFilters.list()).toEqual([{ ...filter, name: 'all' }, filter])
      await store.savedFilters.remove('all')
      expect(await store.savedFilters.list()).toEqual([filter])
    })

    it('is another workspace’s own', async () => {
      const world = await begin()
      await three(world)
      const { id } = await world.session('one')
      const note = await world.store.notes.add({ sessionId: id, entryId: null, text: 'Mine', at: AT, by: 'ada' })
      await world.store.savedFilters.save({ name: 'mine', words: { starred: true }, savedAt: AT, savedBy: 'ada' })
      const other = await world.another('elsewhere').catch(() => undefined)
      if (!other) return
      expect(await other.notes.list({})).toEqual([])
      await other.notes.remove(note.id)
      expect(await other.savedFilters.list()).toEqual([])
      expect(await world.store.notes.list({})).toHaveLength(1)
    })

    it('knows tools in the order of their first use', async () => {
      const world = await begin()
      const { store } = world
      const call = (n: number, tool: string) => ({ id: `t${n}`, atMs: T0 + n, call: { id: `c${n}`, tool } })
      await world.read(await world.register('abc'), {
        entries: [call(1, 'Read'), call(2, 'Bash'), call(3, 'Bash'), call(4, 'Edit'), call(5, 'Read')],
      })
      const { id } = await world.session('abc')
      expect(await store.invocations.toolsUsed({ sessionId: id })).toEqual(['Read', 'Bash', 'Edit'])
      expect(await store.invocations.toolsUsed({ sessionId: 'nobody' })).toEqual([])
      const byTool = await store.invocations.byTool({ sessionId: id })
      expect(byTool.map(({ tool, calls }) => [tool, calls])).toEqual([
        ['Bash', 2],
        ['Read', 2],
        ['Edit', 1],
      ])
      const firstUse = new Map(byTool.map((row) => [row.tool, row.firstUse]))
      expect(firstUse.get('Read')).toBeLessThan(firstUse.get('Bash')!)
      expect(firstUse.get('Bash')).toBeLessThan(firstUse.get('Edit')!)
    })
  })
}
