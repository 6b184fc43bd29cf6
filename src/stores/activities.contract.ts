import { describe, expect, it } from 'vitest'
import { T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

const draft = (sessionId: string | null, n: number) => ({
  sessionId,
  at: new Date(T0 + n).toISOString(),
  actor: 'ada',
  action: 'session.renamed',
  target: `t${n}`,
  payload: { n },
})

export function activityContract(begin: () => Promise<World>): void {
  describe('the activity log', () => {
    it('chains what happens, one chain a session and one for the rest', async () => {
      const { store } = await begin()
      for (const [n, session] of ['s1', null, 's1', 's2', null].entries())
        await store.activities.append(draft(session, n))
      const { items, total } = await store.activities.list({}, { limit: 9 })
      expect(total).toBe(5)
      expect(
        items.map(({ chain, sequence, target }) => [chain.replace(store.machineId, 'here'), sequence, target]),
      ).toEqual([
        ['here', 2, 't4'],
        ['here/s2', 1, 't3'],
        ['here/s1', 2, 't2'],
        ['here', 1, 't1'],
        ['here/s1', 1, 't0'],
      ])
      expect((await store.activities.list({ sessionId: 's1' }, { limit: 9 })).items.map((row) => row.payload)).toEqual([
        { n: 2 },
        { n: 0 },
      ])
      expect(await store.activities.verify()).toEqual({
        chains: 3,
        rows: 5,
        erased: 0,
        brokenAt: null,
        lastAt: new Date(T0 + 4).toISOString(),
      })
    })

    it('has one line of a transcript that brought something, none when nothing came', async () => {
      const { store, register, read } = await begin()
      const id = await register('abc')
      await read(id, { done: false, entries: [{ id: 'a', atMs: T0 }] })
      await read(id, { from: 1, entries: [{ id: 'b', atMs: T0 }], usage: [{ response: 'm', atMs: T0 }] })
      await read(id, { from: 2, entries: [{ id: 'b', atMs: T0 }] })
      const { items } = await store.activities.list({ action: 'transcript.ingested' }, { limit: 9 })
      expect(items.map((row) => [row.actor, row.payload])).toEqual([
        ['daybook', { path: '/home/ada/.claude/projects/-work/abc.jsonl', entries: 2, responses: 1 }],
      ])
    })

    it('still verifies when a deletion took the content of lines away', async () => {
      const { store, register, read, session } = await begin()
      await read(await register('abc'), { entries: [{ id: 'a', atMs: T0 }] })
      const { id } = await session('abc')
      await store.sessions.delete(id, 'ada')
      await store.activities.append(draft(id, 1))
      const { items } = await store.activities.list({ sessionId: id }, { limit: 9 })
      expect(items.map((row) => [row.sequence, row.payload])).toEqual([
        [2, { n: 1 }],
        [1, null],
      ])
      expect(await store.activities.verify()).toMatchObject({ rows: 2, erased: 1, brokenAt: null })
    })

    it('undoes a line with the transaction it was written in', async () => {
      const { store } = await begin()
      const failing = store.transaction(async (tx) => {
        await tx.activities.append(draft(null, 1))
        expect((await tx.activities.list({}, { limit: 5 })).total).toBe(1)
        throw new Error('no')
      })
      await expect(failing).rejects.toThrow('no')
      await store.transaction((tx) => tx.transaction((inner) => inner.activities.append(draft(null, 2))))
      expect((await store.activities.list({}, { limit: 5 })).items.map((row) => [row.target, row.sequence])).toEqual([
        ['t2', 1],
      ])
      expect((await store.activities.verify()).brokenAt).toBeNull()
    })
  })
}
