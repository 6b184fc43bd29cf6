import { mergeIntervals } from '../../../src/domain/slice.ts'

const IDLE_MS = 5 * 60_000
const BREAK_PX = 14
/** How much of the line breaks may take in all. */
const MOST_BREAKS = 0.25

/** Time on a line: what was worked at its true length, idle stretches squeezed to a break. */
export interface Axis {
  at(timeMs: number): number
  timeAt(x: number): number
  /** Where breaks begin. */
  breaks: number[]
}

/** The axis of some stretches of work, as wide as told. */
export function axisOf(slices: readonly { startMs: number; endMs: number }[], width: number): Axis {
  const stretches: { startMs: number; endMs: number }[] = []
  for (const { startMs, endMs } of mergeIntervals(slices)) {
    const last = stretches.at(-1)
    if (last && startMs - last.endMs <= IDLE_MS) last.endMs = endMs
    else stretches.push({ startMs, endMs })
  }
  const breakPx = Math.min(BREAK_PX, (width * MOST_BREAKS) / Math.max(1, stretches.length - 1))
  const sumMs = Math.max(
    1,
    stretches.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0),
  )
  const scale = Math.max(0, width - breakPx * (stretches.length - 1)) / sumMs
  let x = 0
  const placed = stretches.map(({ startMs, endMs }) => {
    const from = x
    x += (endMs - startMs) * scale + breakPx
    return { startMs, endMs, from, to: x - breakPx }
  })
  return {
    // Narrower ones cannot be seen.
    breaks: breakPx < BREAK_PX ? [] : placed.slice(0, -1).map(({ to }) => to),
    at: (timeMs) => {
      const one = firstWhere(placed, ({ endMs }) => timeMs <= endMs) ?? placed.at(-1)
      if (!one) return 0
      return one.from + Math.max(0, Math.min(timeMs, one.endMs) - one.startMs) * scale
    },
    timeAt: (px) => {
      const one = firstWhere(placed, ({ to }) => px <= to) ?? placed.at(-1)
      return one ? one.startMs + Math.max(0, px - one.from) / Math.max(scale, 1e-12) : 0
    },
  }
}

/** The first item that `holds` is true for; it is false up to a point and true from there on. */
function firstWhere<T>(items: readonly T[], holds: (item: T) => boolean): T | undefined {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(items[middle] as T)) high = middle
    else low = middle + 1
  }
  return items[low]
}
