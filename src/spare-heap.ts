import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** A server that has looked through its history holds some 20 MB. */
const LEAST_BYTES = 64 * 1024 * 1024

type Collect = (options: { execution: 'async'; type: 'major'; flavor: 'last-resort' }) => Promise<void>

/**
 * Gives the heap of this thread back to the system where it has grown: looking at 100,000 transcripts makes it 150 MB, and V8
 * keeps them for as long as nothing else is made, which in a server that nobody asks is for good.
 *
 * @param leastBytes of heap that are worth looking at
 * @returns when it is done, at once where there is little to give
 */
export async function giveBackSpareHeap(leastBytes = LEAST_BYTES): Promise<void> {
  if (getHeapStatistics().total_heap_size < leastBytes) return
  setFlagsFromString('--expose-gc')
  // The flag counts for contexts that are made from now on.
  const collect = runInNewContext('gc') as Collect
  // In the other flavour the young generation keeps its 64 MB.
  await collect({ execution: 'async', type: 'major', flavor: 'last-resort' })
}

const SMALL_BYTES = 40 * 1024 * 1024
/** What is in use after a collection may grow by so much before the next: collecting takes as long as there is in use. */
const GROWTH = 1.5
const LOOK_MS = 500

/**
 * Keeps the heap of this thread small while it takes in what others read: what waits to be stored grows old, and V8 lets that
 * gather.
 *
 * @returns lets it gather again
 */
export function keepSpareHeapSmall(): () => void {
  let leastBytes = SMALL_BYTES
  let isCollecting = false
  const look = async (): Promise<void> => {
    if (isCollecting || getHeapStatistics().total_heap_size < leastBytes) return
    isCollecting = true
    await giveBackSpareHeap(leastBytes)
    isCollecting = false
    leastBytes = Math.max(SMALL_BYTES, getHeapStatistics().total_heap_size * GROWTH)
  }
  const timer = setInterval(() => void look(), LOOK_MS).unref()
  return () => clearInterval(timer)
}
