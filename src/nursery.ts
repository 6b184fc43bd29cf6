import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

const MOST_BYTES = 4 * 1024 * 1024
const LOOK_MS = 100

/**
 * Keeps the young generation of this thread small while it takes in what others read: batches live long enough to make it
 * grow to 64 MB, and it never gives them back. Threads have a limit for that (`resourceLimits`); for the first thread V8
 * takes one at start only, but asks each time by how much to grow.
 *
 * @returns lets it grow again
 */
export function keepNurserySmall(): () => void {
  let factor = 2
  const grow = (by: number): void => {
    if (by !== factor) setFlagsFromString(`--semi-space-growth-factor=${by}`)
    factor = by
  }
  // For as long as it is small: who gives the heap back makes it smaller again.
  const timer = setInterval(() => {
    const nursery = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')
    grow((nursery?.space_size ?? 0) < MOST_BYTES ? 2 : 1)
  }, LOOK_MS).unref()
  return () => {
    clearInterval(timer)
    grow(2)
  }
}
