import type { Totals } from './totals.ts'

export interface SessionCounts {
  files: number
  records: number
  badLines: number
  total: Totals
  models: Record<string, Totals>
  sessions: Record<string, Totals>
}

/** Reads every session below a `session-state` folder and adds it all up. */
export function countSessions(folder: string): SessionCounts
