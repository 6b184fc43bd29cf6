import { expect, test } from 'vitest'
import { makeBatch } from '../stores/batch-maker.ts'
import type { IngestBatch } from '../stores/ingest-batch.ts'
import type { Store } from '../stores/store.ts'
import { packBatch } from './pack-batch.ts'
import { storeQueue } from './store-queue.ts'

const FRAME_BYTES = 100_000

function packed(): IngestBatch {
  const frame = {
    firstRecord: 0,
    recordCount: 1,
    sourceOffset: 0,
    sourceBytes: FRAME_BYTES,
    part: null,
    rawBytes: FRAME_BYTES,
    data: new Uint8Array(FRAME_BYTES),
    blobs: [],
    replacesTail: false,
  }
  const batch = makeBatch(1, { entries: [{ id: 'a', atMs: 0 }], frames: [frame] })
  packBatch(batch)
  return batch
}

test('a batch holds no memory from when it was stored, and its rows are whole until then', async () => {
  const sizes: number[][] = []
  const nothing = { stale: false, sessionId: null, entriesAdded: 1 }
  const ingestAll = async (batches: readonly IngestBatch[]) => {
    sizes.push(batches.map(({ entries, frames }) => entries.data.length * 8 + frames[0]!.data.length))
    return batches.map(() => nothing)
  }
  const batches = [packed(), packed()]
  const queue = storeQueue({ ingestAll } as unknown as Store, 0)
  const told: number[] = []
  for (const batch of batches) await queue.put(batch, ({ entriesAdded }) => told.push(entriesAdded))
  await queue.drained()
  expect(told).toEqual([1, 1])
  expect(sizes.flat()).toEqual([FRAME_BYTES + 64, FRAME_BYTES + 64])
  expect(batches.map(({ entries, frames }) => [entries.data.length, frames[0]!.data.length])).toEqual([
    [0, 0],
    [0, 0],
  ])
})
