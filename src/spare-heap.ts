import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** A server that has looked through its history holds some 20 MB. */
const LEAST_BYTES = 64 * 1024 * 1024

type Collect = (options: { execution: 'async'; type: 'major'; flavor: 'last-resort' }) => Promise<void>

/**
 * Gives what the heap of this thread does not need back to the system: V8 keeps it for as long as nothing else is made, which in
 * a server that nobody asks is for good.
 */
export async function giveBackSpareHeap(): Promise<void> {
  setFlagsFromString('--expose-gc')
  // The flag counts for contexts that are made from now on.
  const collect = runInNewContext('gc') as Collect
  // In the other flavour the young generation keeps its 64 MB.
  await collect({ execution: 'async', type: 'major', flavor: 'last-resort' })
}

/** What is in use after a collection may grow by so much before the next: collecting takes as long as there is in use. */
const GROWTH = 1.5

/**
 * @param leastBytes of heap that are worth looking at
 * @returns gives back, whenever it is called, what the heap has grown by
 */
export function givingBackSpareHeap(leastBytes = LEAST_BYTES): () => Promise<void> {
  let fromBytes = leastBytes
  return async () => {
    if (getHeapStatistics().total_heap_size < fromBytes) return
    await giveBackSpareHeap()
    fromBytes = Math.max(leastBytes, getHeapStatistics().total_heap_size * GROWTH)
  }
}

const SMALL_BYTES = 30 * 1024 * 1024
const LOOK_MS = 500

/**
 * Keeps the heap of this thread small while it takes in what others read: what waits to be stored grows old, and V8 lets that
 * gather.
 *
 * @returns lets it gather again
 */
export function keepSpareHeapSmall(): () => void {
  const giveBack = givingBackSpareHeap(SMALL_BYTES)
  let isCollecting = false
  const look = async (): Promise<void> => {
    if (isCollecting) return
    isCollecting = true
    await giveBack()
    isCollecting = false
  }
  const timer = setInterval(() => void look(), LOOK_MS).unref()
  return () => clearInterval(timer)
}
