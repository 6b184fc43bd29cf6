import { describe, expect, it } from 'vitest'
import type { FrameDraft } from './ingest-batch.ts'
import { T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

const bytes = (...values: number[]) => new Uint8Array(values)

function frame(firstRecord: number, recordCount: number, more: Partial<FrameDraft> = {}): FrameDraft {
  return {
    firstRecord,
    recordCount,
    sourceOffset: firstRecord * 10,
    sourceBytes: recordCount * 10,
    part: null,
    rawBytes: recordCount * 10,
    data: bytes(firstRecord, recordCount),
    blobs: [],
    replacesTail: false,
    ...more,
  }
}

async function frames(
  { store }: World,
  id: number,
  range = {},
): Promise<[number, number, number | null, [number, string][]][]> {
  const found: [number, number, number | null, [number, string][]][] = []
  for await (const { firstRecord, recordCount, part, blobs } of store.archive.frames(id, range)) {
    found.push([firstRecord, recordCount, part, blobs])
  }
  return found
}

export function archiveContract(begin: () => Promise<World>): void {
  describe('the archive', () => {
    it('gives frames back in source order, bytes and blobs as they were', async () => {
      const world = await begin()
      const id = await world.register('abc')
      const blobs = [{ hash: 'cafe', sizeBytes: 3, data: bytes(1, 2, 3) }]
      const many = Array.from({ length: 40 }, (_, i) =>
        frame(
          i * 2,
          2,
          i === 7
            ? {
                blobs: [
                  [4, 'cafe'],
                  [9, 'cafe'],
                ],
              }
            : {},
        ),
      )
      await world.read(id, { entries: [{ id: 'a', atMs: T0 }], frames: many.toReversed(), blobs })
      const found = await frames(world, id)
      expect(found.map(([first]) => first)).toEqual(many.map((each) => each.firstRecord))
      expect(found[7]).toEqual([
        14,
        2,
        null,
        [
          [4, 'cafe'],
          [9, 'cafe'],
        ],
      ])
      expect((await frames(world, id, { fromRecord: 15, toRecord: 18 })).map(([first]) => first)).toEqual([14, 16, 18])
      const held = await world.store.archive.frameOf(id, 15)
      expect({ ...held, data: [...(held?.data ?? [])] }).toEqual({
        transcriptId: id,
        firstRecord: 14,
        recordCount: 2,
        data: [14, 2],
      })
      expect(await world.store.archive.frameOf(id, 80)).toBeUndefined()
      expect(await world.store.archive.blob('cafe')).toSatisfy((data: Uint8Array) =>
        Buffer.from(data).equals(bytes(1, 2, 3)),
      )
      expect(await world.store.archive.blob('beef')).toBeUndefined()
      expect(await world.store.archive.size()).toEqual({ rawBytes: 803, storedBytes: 83, frames: 40, blobs: 1 })
    })

    it('replaces the last frame when it grew, and keeps its blobs', async () => {
      const world = await begin()
      const id = await world.register('abc')
      const blobs = [{ hash: 'cafe', sizeBytes: 1, data: bytes(1) }]
      await world.read(id, { frames: [frame(0, 3), frame(3, 1, { blobs: [[0, 'cafe']] })], blobs })
      await world.read(id, { from: 4, frames: [frame(3, 2, { blobs: [[0, 'cafe']], replacesTail: true })] })
      expect(await frames(world, id)).toEqual([
        [0, 3, null, []],
        [3, 2, null, [[0, 'cafe']]],
      ])
    })

    it('keeps the pieces of an oversized record apart', async () => {
      const world = await begin()
      const id = await world.register('abc')
      const pieces = [0, 1, 2].map((part) => frame(1, 0, { part }))
      await world.read(id, { frames: [frame(0, 1), ...pieces, frame(2, 1)] })
      expect((await frames(world, id)).map(([first, , part]) => [first, part])).toEqual([
        [0, null],
        [1, 0],
        [1, 1],
        [1, 2],
        [2, null],
      ])
      const { archive } = world.store
      expect(await archive.frameOf(id, 1)).toBeUndefined()
      expect([(await archive.frameOf(id, 0))?.firstRecord, (await archive.frameOf(id, 2))?.firstRecord]).toEqual([0, 2])
    })

    it('keeps a blob once, as long as somebody refers to it', async () => {
      const world = await begin()
      const { store } = world
      const blobs = [{ hash: 'cafe', sizeBytes: 1, data: bytes(1) }]
      for (const name of ['abc', 'def']) {
        const id = await world.register(name)
        await world.read(id, {
          entries: [{ id: name, atMs: T0 }],
          frames: [frame(0, 1, { blobs: [[0, 'cafe']] })],
          blobs,
        })
      }
      expect((await store.archive.size()).blobs).toBe(1)
      await store.sessions.delete((await world.session('abc')).id, 'ada')
      expect((await store.archive.size()).blobs).toBe(1)
      await store.sessions.delete((await world.session('def')).id, 'ada')
      expect(await store.archive.size()).toEqual({ rawBytes: 0, storedBytes: 0, frames: 0, blobs: 0 })
    })

    it('keeps attachments beside a transcript, the newest state of each', async () => {
      const world = await begin()
      const id = await world.register('abc')
      const attach = (hash: string, sizeBytes: number) =>
        world.store.archive.putAttachment(id, {
          relativePath: 'tool-results/x.txt',
          hash,
          sizeBytes,
          data: bytes(sizeBytes),
          deviceAndInode: '1:2',
          modifiedAtMs: T0 + 0.25,
        })
      await attach('one', 1)
      await attach('two', 2)
      expect(await world.store.archive.attachments(id)).toEqual([
        { relativePath: 'tool-results/x.txt', blobHash: 'two', sizeBytes: 2 },
      ])
      expect(await world.store.archive.blob('one')).toBeUndefined()
    })
  })
}
