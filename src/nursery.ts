import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

const MOST_BYTES = 8 * 1024 * 1024
const LOOK_MS = 100

/**
 * Keeps the young generation of this thread small while it takes in what others read: batches live long enough to make it
 * grow to 64 MB, and it never gives them back. Threads have a limit for that (`resourceLimits`); for the first thread V8
 * takes one at start only, but asks each time by how much to grow.
 *
 * @returns lets it grow again
 */
export function keepNurserySmall(): () => void {
  const grow = (factor: number): void => setFlagsFromString(`--semi-space-growth-factor=${factor}`)
  const timer = setInterval(() => {
    const nursery = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')
    if ((nursery?.space_size ?? 0) < MOST_BYTES) return
    grow(1)
    clearInterval(timer)
  }, LOOK_MS).unref()
  return () => {
    clearInterval(timer)
    grow(2)
  }
}
