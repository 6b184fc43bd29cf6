import { goodTime } from '../record-time.ts'
import type { Batch } from '../batch.ts'
import type { State } from './state.ts'

/**
 * Stands in where a transcript has not shown a single good time yet: the day Claude Code was first published
 * (2025-02-24), so that such entries sort before all others and the choice is the same at every reading.
 */
export const UNDATED_MS = Date.UTC(2025, 1, 24)

/**
 * Notes when the file began, from a queue line that stands before every other dated line. A fork begins with one of its own,
 * and copies none: it carries the time of the fork, while the lines behind it carry those of the conversation it copied.
 */
export function noteOpening(state: State, record: Record<string, unknown>, nowMs: number, batch: Batch): void {
  if (state.lastAtMs !== 0 || state.openedAtMs !== 0 || record.sessionId !== state.session) return
  const atMs = goodTime(record.timestamp, nowMs)
  if (atMs === undefined) return
  state.openedAtMs = atMs
  batch.facts.openedAtMs = atMs
}
