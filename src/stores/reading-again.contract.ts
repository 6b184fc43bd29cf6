import { describe, expect, it } from 'vitest'
import type { FrameDraft } from './ingest-batch.ts'
import { T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

const said = (...ids: string[]) => ids.map((id) => ({ id, atMs: T0 + Number.parseInt(id, 36) * 1000 }))

function frame(firstRecord: number, recordCount: number): FrameDraft {
  const data = new Uint8Array([firstRecord, recordCount])
  const [sourceOffset, sourceBytes, rawBytes] = [firstRecord * 10, recordCount * 10, recordCount * 10]
  return {
    firstRecord,
    recordCount,
    sourceOffset,
    sourceBytes,
    part: null,
    rawBytes,
    data,
    blobs: [],
    replacesTail: false,
  }
}

async function frameStarts(world: World, id: number, allReadings: boolean): Promise<number[]> {
  const starts: number[] = []
  for await (const each of world.store.archive.frames(id, { allReadings })) starts.push(each.firstRecord)
  return starts
}

export function readingAgainContract(begin: () => Promise<World>): void {
  describe('a source that is read again from its start', () => {
    const before = async (world: World): Promise<number> => {
      const id = await world.register('abc')
      await world.read(id, {
        entries: said('a', 'b', 'c', 'd'),
        usage: [
          { response: 'm1', record: 1, atMs: T0, outputTokens: 5, cost: 50 },
          { response: 'm2', record: 3, atMs: T0, outputTokens: 7, cost: 70 },
        ],
        frames: [frame(0, 4)],
        intervals: [{ startMs: T0, endMs: T0 + 1000 }],
      })
      return id
    }

    it('loses what a rewrite took out', async () => {
      const world = await begin()
      const id = await before(world)
      await world.read(id, {
        from: 4,
        base: 4,
        restarted: true,
        done: false,
        entries: said('a', 'b'),
        usage: [{ response: 'm1', record: 5, atMs: T0, outputTokens: 5, cost: 50, lines: 2 }],
        frames: [frame(4, 2)],
        growing: { startMs: T0 + 500, endMs: T0 + 1500 },
      })
      // Until all of it was read, nothing is taken away.
      expect(await world.store.entries.count({})).toBe(4)
      await world.read(id, { from: 6, base: 4, entries: said('e'), frames: [frame(6, 1)] })
      expect(
        (await world.store.entries.list({ transcriptId: id }, { limit: 9 })).items.map((entry) => entry.record),
      ).toEqual([4, 5, 6])
      expect(await world.session('abc')).toMatchObject({
        messageCount: 3,
        usage: { outputTokens: 5, costMicrodollars: 50 },
      })
      const [row] = (await world.store.usage.rows({}, { limit: 5 })).items
      expect(row).toMatchObject({ record: 5, lines: 2 })
      expect(await frameStarts(world, id, true)).toEqual([4, 6])
    })

    it('decides over neither while it holds only what makes no rows', async () => {
      const world = await begin()
      const id = await before(world)
      await world.read(id, { from: 4, through: 5, base: 4, restarted: true, frames: [frame(4, 1)] })
      expect(await world.store.entries.count({})).toBe(4)
      const usage = [{ response: 'm1', record: 6, atMs: T0, outputTokens: 5, cost: 50, lines: 2 }]
      await world.read(id, { from: 5, base: 4, entries: said('a', 'b'), usage, frames: [frame(5, 2)] })
      expect(await world.store.entries.count({})).toBe(2)
      expect((await world.store.usage.rows({}, { limit: 5 })).items).toMatchObject([{ record: 6, lines: 2 }])
    })

    it('keeps what was rotated away', async () => {
      const world = await begin()
      const id = await before(world)
      await world.read(id, { from: 4, base: 4, restarted: true, entries: said('e', 'f'), frames: [frame(4, 2)] })
      expect(await world.store.entries.count({})).toBe(6)
      expect((await world.session('abc')).usage.outputTokens).toBe(12)
      expect(await frameStarts(world, id, false)).toEqual([4])
      expect(await frameStarts(world, id, true)).toEqual([0, 4])
    })

    it('waits while the source is empty', async () => {
      const world = await begin()
      const id = await before(world)
      await world.read(id, { from: 4, base: 4, restarted: true, frames: [] })
      expect(await world.store.entries.count({})).toBe(4)
      await world.read(id, { from: 4, base: 4, entries: said('a'), frames: [frame(4, 1)] })
      expect(await world.store.entries.count({})).toBe(1)
    })

    it('leaves to a fork what the rewrite took from its parent', async () => {
      const world = await begin()
      const id = await before(world)
      const fork = await world.register('fork')
      await world.read(fork, { entries: [...said('a', 'b', 'c', 'd'), ...said('z')] })
      expect((await world.session('fork')).messageCount).toBe(1)
      await world.read(id, { from: 4, base: 4, restarted: true, entries: said('a') })
      expect((await world.session('abc')).messageCount).toBe(1)
      expect((await world.session('fork')).messageCount).toBe(4)
    })

    it('keeps as withdrawn what its agent wrote no more, with the frames that hold it', async () => {
      const world = await begin()
      const id = await before(world)
      await world.read(id, {
        from: 4,
        base: 4,
        restarted: true,
        rewritten: true,
        entries: [...said('a', 'b'), ...said('e')],
        usage: [{ response: 'm1', record: 5, atMs: T0, outputTokens: 5, cost: 50 }],
        frames: [frame(4, 3)],
      })
      const places = async () =>
        (await world.store.entries.list({ transcriptId: id }, { limit: 9 })).items.map(({ record }) => record)
      expect(await places()).toEqual([4, 5, 6])
      // What was answered and taken back was paid for.
      expect(await world.session('abc')).toMatchObject({
        messageCount: 3,
        usage: { outputTokens: 12, costMicrodollars: 120 },
      })
      expect(await frameStarts(world, id, false)).toEqual([4])
      expect(await frameStarts(world, id, true)).toEqual([0, 4])
      await world.read(id, {
        from: 7,
        base: 7,
        restarted: true,
        rewritten: true,
        entries: said('a', 'b', 'c', 'd', 'e'),
        usage: [{ response: 'm2', record: 10, atMs: T0, outputTokens: 7, cost: 70 }],
        frames: [frame(7, 5)],
      })
      expect(await places()).toEqual([7, 8, 9, 10, 11])
      // The first frame holds nothing any more; the second still has the numbers of a response.
      expect(await frameStarts(world, id, true)).toEqual([4, 7])
    })

    it('is rebuilt from the archive to what it was, with nothing new in the log', async () => {
      const world = await begin()
      const id = await before(world)
      const fork = await world.register('fork')
      await world.read(fork, { entries: [...said('a', 'b', 'c', 'd'), ...said('z')] })
      const { store } = world
      const view = async () => [
        await world.session('abc'),
        await world.session('fork'),
        await store.usage.total({}),
        (await store.entries.list({ includeInherited: true }, { limit: 50 })).items
          .map((entry) => [entry.id, entry.transcriptId, entry.flags])
          .sort(),
        (await store.activities.list({}, { limit: 50 })).total,
      ]
      const then = await view()
      await store.transcripts.clearDerived(id)
      expect(await store.entries.count({ transcriptId: id })).toBe(0)
      expect((await world.session('fork')).messageCount).toBe(5)
      await world.read(id, {
        entries: said('a', 'b', 'c', 'd'),
        usage: [
          { response: 'm1', record: 1, atMs: T0, outputTokens: 5, cost: 50 },
          { response: 'm2', record: 3, atMs: T0, outputTokens: 7, cost: 70 },
        ],
        intervals: [{ startMs: T0, endMs: T0 + 1000 }],
      })
      expect(await view()).toEqual(then)
    })
  })
}
