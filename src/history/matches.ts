import type { EntryRow } from '../stores/entry-store.ts'

/** A page of matching rows. */
export interface Matches {
  rows: EntryRow[]
  /** Where the next page begins: a row id for newest first, a count for relevance. */
  next: number | undefined
  partial: boolean
}

export interface MatchPage {
  limit: number
  position: number | undefined
  /** When to stop looking through text, by `performance.now()`: what was found by then is the answer. */
  deadline: number
  /** When to stop any question to the store: then there is none. */
  untilMs: number
}

/** Once each, by falling row id. */
export function newestFirst(rows: EntryRow[]): EntryRow[] {
  const byId = new Map(rows.map((row) => [row.rowId, row]))
  return [...byId.values()].sort((a, b) => b.rowId - a.rowId)
}
