import type { Interval } from './slice.ts'
import { offsetAt } from './zone.ts'

const HOUR_MS = 3_600_000

/**
 * Milliseconds of work by weekday, Monday first, and hour of the wall clock.
 *
 * @param intervals without overlap
 * @param timezone IANA zone
 */
export function localHours(intervals: readonly Interval[], timezone: string): number[][] {
  const hours = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0))
  for (const { startMs, endMs } of intervals) {
    for (let at = startMs; at < endMs;) {
      const offset = offsetAt(at, timezone)
      const local = at + offset
      const next = Math.min(endMs, (Math.floor(local / HOUR_MS) + 1) * HOUR_MS - offset)
      const date = new Date(local)
      hours[(date.getUTCDay() + 6) % 7]![date.getUTCHours()]! += next - at
      at = next
    }
  }
  return hours
}
