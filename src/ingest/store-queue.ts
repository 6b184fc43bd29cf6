import { releaseBatch } from './pack-batch.ts'
import type { IngestBatch, Ingested } from '../stores/ingest-batch.ts'
import type { Store } from '../stores/store.ts'

/** Source bytes of batches that may wait, compressed as they are: more would only fill memory. */
const HELD_BYTES = 8 * 1024 * 1024
/** What one transaction holds at most. */
const TRANSACTION_BYTES = 5 * 1024 * 1024

/** Batches on their way into the store, in the order they came, many in one transaction when they come fast. */
export interface StoreQueue {
  /** Hands a batch over. Resolves when there is room for the next; `stored` is told what became of this one. */
  put(batch: IngestBatch, stored: (ingested: Ingested) => void): Promise<void>
  /** Resolves when all that was put is stored. @throws what storing threw; nothing is stored after that */
  drained(): Promise<void>
}

interface Waiting {
  batch: IngestBatch
  stored: (ingested: Ingested) => void
}

/** @param linger milliseconds to wait for company before a transaction begins; 0 stores at once */
export function storeQueue(store: Store, linger: number): StoreQueue {
  let waiting: Waiting[] = []
  let heldBytes = 0
  let running: Promise<void> | undefined
  const failures: unknown[] = []
  let room: (() => void)[] = []
  let hurry: (() => void) | undefined

  async function run(): Promise<void> {
    try {
      while (waiting.length > 0) {
        if (linger > 0 && heldBytes < TRANSACTION_BYTES) await company(linger)
        await storeSome()
      }
    } catch (error) {
      failures.push(error)
      waiting = []
    } finally {
      running = undefined
      wake()
    }
  }

  /** Waits for enough to be worth a transaction, or the time, or the end. */
  async function company(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      hurry = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    hurry = undefined
  }

  async function storeSome(): Promise<void> {
    let bytes = 0
    const taken: Waiting[] = []
    while (waiting.length > 0 && bytes < TRANSACTION_BYTES) {
      const next = waiting.shift()!
      taken.push(next)
      bytes += weight(next.batch)
    }
    const results = await store.ingestAll(taken.map(({ batch }) => batch))
    heldBytes -= bytes
    for (const [place, { batch, stored }] of taken.entries()) {
      stored(results[place]!)
      releaseBatch(batch)
    }
    wake()
  }

  function wake(): void {
    const woken = room
    room = []
    for (const go of woken) go()
  }

  return {
    async put(batch, stored) {
      if (failures.length > 0) throw failures[0]
      waiting.push({ batch, stored })
      heldBytes += weight(batch)
      if (heldBytes >= TRANSACTION_BYTES) hurry?.()
      running ??= run()
      while (heldBytes >= HELD_BYTES && failures.length === 0) await new Promise<void>((resolve) => room.push(resolve))
      if (failures.length > 0) throw failures[0]
    },
    async drained() {
      while (running) {
        hurry?.()
        await running
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}

/** Source bytes stand for all that a batch costs: rows, strings and frames grow with them. */
function weight({ frames, blobs }: IngestBatch): number {
  let bytes = 4096
  for (const frame of frames) bytes += frame.rawBytes
  for (const blob of blobs) bytes += blob.data.length
  return bytes
}
