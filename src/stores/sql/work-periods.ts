import { clipInterval } from '../../domain/slice.ts'
import type { Interval } from '../../domain/slice.ts'
import type { WorkFilter } from '../work-store.ts'

/** [from, to) of one period, Unix milliseconds; either end may be infinite. */
export type Period = readonly [fromMs: number, toMs: number]

/** The periods that are asked for, clipped to the filter's own range; none where the range is empty. */
export function periodsOf({ from, to }: WorkFilter, boundaries: readonly string[] | undefined): Period[] {
  const start = from === undefined ? -Infinity : Date.parse(from)
  const end = to === undefined ? Infinity : Date.parse(to)
  const cuts = boundaries === undefined ? [start, end] : boundaries.map((boundary) => Date.parse(boundary))
  const periods: Period[] = []
  for (let i = 0; i + 1 < cuts.length; i++) {
    periods.push([Math.max(start, cuts[i] as number), Math.min(end, cuts[i + 1] as number)])
  }
  return periods.some(([a, b]) => a < b) ? periods : []
}

/** From where the first begins to where the last ends. */
export function spanOf(periods: readonly Period[]): Period {
  return [Math.min(...periods.map(([from]) => from)), Math.max(...periods.map(([, to]) => to))]
}

/** Whether anything between two moments, both included, may lie in the period. */
export function touches([fromMs, toMs]: Period, firstMs: number, lastMs: number): boolean {
  return fromMs < toMs && firstMs < toMs && lastMs >= fromMs
}

/** The period a moment lies in; undefined for one outside all of them. They ascend and do not overlap. */
export function periodAt(periods: readonly Period[], atMs: number): number | undefined {
  let [low, high] = [0, periods.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const [fromMs, toMs] = periods[middle] as Period
    if (atMs < fromMs) high = middle - 1
    else if (atMs >= toMs) low = middle + 1
    else return middle
  }
  return undefined
}

/** An interval in each of the periods it reaches into; of one without length nothing is left. */
export function* cutToPeriods(interval: Interval, periods: readonly Period[]): Generator<[number, Interval]> {
  let low = 0
  for (let high = periods.length; low < high;) {
    const middle = (low + high) >> 1
    if ((periods[middle] as Period)[1] <= interval.startMs) low = middle + 1
    else high = middle
  }
  for (let period = low; period < periods.length; period++) {
    const [from, to] = periods[period] as Period
    if (from >= interval.endMs) return
    const piece = clipInterval(interval, from, to)
    if (piece) yield [period, piece]
  }
}
