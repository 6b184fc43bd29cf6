import type { Totals } from './totals.ts'

export interface DatabaseCounts {
  rows: number
  total: Totals
  models: Record<string, Totals>
  sessions: Record<string, Totals>
}

/** Reads an `opencode.db` and adds it all up. */
export function countDatabase(path: string): DatabaseCounts
