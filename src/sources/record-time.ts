import type { Batch } from './batch.ts'

/** Earlier times come from a clock that was not set. */
const EARLIEST_MS = Date.UTC(2000, 0, 1)
const DAY_MS = 86_400_000

/**
 * The record's own time in Unix milliseconds. A time that is missing, unreadable, before 2000 or more than a day after
 * `nowMs` is replaced by that of the record before it: file order is the truth, clocks are not.
 *
 * @param timestamp ISO text or Unix milliseconds
 * @param undatedMs stands in where the transcript has not shown a good time yet: the same at every reading
 */
export function recordTime(
  state: { lastAtMs: number },
  timestamp: unknown,
  nowMs: number,
  undatedMs: number,
  batch: Batch,
): number {
  const atMs = goodTime(timestamp, nowMs)
  if (atMs === undefined) return state.lastAtMs === 0 ? undatedMs : state.lastAtMs
  state.lastAtMs = atMs
  const facts = batch.facts
  if (facts.firstAtMs === undefined || atMs < facts.firstAtMs) facts.firstAtMs = atMs
  if (facts.lastAtMs === undefined || atMs > facts.lastAtMs) facts.lastAtMs = atMs
  return atMs
}

/** A time that can be believed, in Unix milliseconds. */
export function goodTime(timestamp: unknown, nowMs: number): number | undefined {
  const atMs = readTime(timestamp)
  return atMs >= EARLIEST_MS && atMs <= nowMs + DAY_MS ? atMs : undefined
}

function readTime(timestamp: unknown): number {
  if (typeof timestamp === 'string') return timestamp.length <= 40 ? Date.parse(timestamp) : Number.NaN
  return typeof timestamp === 'number' ? Math.floor(timestamp) : Number.NaN
}
