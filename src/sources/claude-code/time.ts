import type { Batch } from '../source.ts'
import type { State } from './state.ts'

/** Earlier times come from a clock that was not set. */
const EARLIEST_MS = Date.UTC(2000, 0, 1)
const DAY_MS = 86_400_000

/**
 * Stands in where a transcript has not shown a single good time yet: the day Claude Code was first published
 * (2025-02-24), so that such entries sort before all others and the choice is the same at every reading.
 */
export const UNDATED_MS = Date.UTC(2025, 1, 24)

/**
 * The record's own time in Unix milliseconds. A time that is missing, unreadable, before 2000 or more than a day after
 * `nowMs` is replaced by that of the record before it: file order is the truth, clocks are not.
 */
export function recordTime(state: State, timestamp: unknown, nowMs: number, batch: Batch): number {
  const atMs = readTime(timestamp)
  if (!isGood(atMs, nowMs)) return state.lastAtMs === 0 ? UNDATED_MS : state.lastAtMs
  state.lastAtMs = atMs
  const facts = batch.facts
  if (facts.firstAtMs === undefined || atMs < facts.firstAtMs) facts.firstAtMs = atMs
  if (facts.lastAtMs === undefined || atMs > facts.lastAtMs) facts.lastAtMs = atMs
  return atMs
}

/**
 * Notes when the file began, from a queue line that stands before every other dated line. A fork begins with one of its own,
 * and copies none: it carries the time of the fork, while the lines behind it carry those of the conversation it copied.
 */
export function noteOpening(state: State, record: Record<string, unknown>, nowMs: number, batch: Batch): void {
  if (state.lastAtMs !== 0 || state.openedAtMs !== 0 || record.sessionId !== state.session) return
  const atMs = readTime(record.timestamp)
  if (!isGood(atMs, nowMs)) return
  state.openedAtMs = atMs
  batch.facts.openedAtMs = atMs
}

function isGood(atMs: number, nowMs: number): boolean {
  return atMs >= EARLIEST_MS && atMs <= nowMs + DAY_MS
}

function readTime(timestamp: unknown): number {
  if (typeof timestamp === 'string') return timestamp.length <= 40 ? Date.parse(timestamp) : Number.NaN
  return typeof timestamp === 'number' ? Math.floor(timestamp) : Number.NaN
}
