import { addUsage, emptyUsage } from './usage.ts'
import type { UsageTotals } from './usage.ts'

/** Plans that limit by windows count in stretches of five hours. */
export const WINDOW_MS = 5 * 3_600_000
const HOUR_MS = 3_600_000

/** Usage of a short stretch, told by its start. */
export interface UsageSlot {
  startMs: number
  totals: UsageTotals
}

/** Five hours that begin with the hour (UTC) of the first response in them; the next begins with the first response after. */
export interface UsageWindow {
  startMs: number
  endMs: number
  totals: UsageTotals
  /** Between the end of the window before and this start; null for the first. */
  idleBeforeMs: number | null
}

/**
 * Cuts usage into windows, oldest first.
 *
 * @param slots ascending, none across a full hour
 */
export function windowsOf(slots: Iterable<UsageSlot>): UsageWindow[] {
  const windows: UsageWindow[] = []
  for (const { startMs, totals } of slots) {
    let last = windows.at(-1)
    if (!last || startMs >= last.endMs) {
      const start = Math.floor(startMs / HOUR_MS) * HOUR_MS
      const idleBeforeMs = last ? start - last.endMs : null
      last = { startMs: start, endMs: start + WINDOW_MS, totals: emptyUsage(), idleBeforeMs }
      windows.push(last)
    }
    addUsage(last.totals, totals)
  }
  return windows
}

/** Below that there is too little to tell a pace from. */
const SHORTEST_PACE_MS = 10 * 60_000

/**
 * What an hour took so far, and what the window takes if it goes on so: a projection, not a forecast.
 *
 * @param firstMs when the first response of the window came
 * @returns null in the first ten minutes
 */
export function paceOf(
  window: { endMs: number; costMicrodollars: number },
  firstMs: number,
  nowMs: number,
): { costPerHourMicrodollars: number; projectedCostMicrodollars: number } | null {
  const elapsedMs = nowMs - firstMs
  if (elapsedMs < SHORTEST_PACE_MS) return null
  const perMs = window.costMicrodollars / elapsedMs
  const leftMs = Math.max(0, window.endMs - nowMs)
  return {
    costPerHourMicrodollars: Math.round(perMs * HOUR_MS),
    projectedCostMicrodollars: Math.round(window.costMicrodollars + perMs * leftMs),
  }
}
