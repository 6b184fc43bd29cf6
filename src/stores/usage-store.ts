import type { UsageSlot } from '../domain/usage-window.ts'
import type { Usage, UsageTotals } from '../domain/usage.ts'
import type { Page, PageRequest } from './page.ts'

export interface UsageFilter {
  sessionId?: string
  projectId?: string
  agent?: string
  model?: string
  /** ISO, [from, to). */
  from?: string
  to?: string
}

/** By what usage is grouped. Periods are cut by the caller's day boundaries, see `UsageStore.byPeriod`. */
export type UsageGroup = 'session' | 'model' | 'agent' | 'project'

export interface UsageSum {
  key: string
  label: string
  totals: UsageTotals
}

export interface DearestSessions {
  items: UsageSum[]
  total: number
  totals: UsageTotals
}

export interface UsageStore {
  total(filter: UsageFilter): Promise<UsageTotals>
  by(group: UsageGroup, filter: UsageFilter): Promise<UsageSum[]>
  /** `by` session: the first so many of `dearestFirst`, with how many there are and the sum of them all. */
  dearest(filter: UsageFilter, limit: number): Promise<DearestSessions>
  /** Sums between consecutive boundaries (ISO, ascending): as many rows as boundaries less one. */
  byPeriod(boundaries: string[], filter: UsageFilter): Promise<UsageTotals[]>
  /**
   * Sums of each quarter of an hour that has any, ascending. `from` and `to` are taken to the full quarters they lie in.
   */
  byQuarter(filter: UsageFilter): Promise<UsageSlot[]>
  /** First and last time of the rows that match; null when none does. */
  range(filter: UsageFilter): Promise<{ firstAt: string; lastAt: string } | null>
  /** Rows with their provenance, in file order, for `usage explain`. */
  rows(filter: UsageFilter & { includeInherited?: boolean }, page: PageRequest): Promise<Page<UsageRow>>
}

export interface UsageRow extends Usage {
  path: string
  /** 1-based line in the source. */
  line: number
  /** Lines that repeated this response; `lines - 1` were dropped. */
  lines: number
  /** The session that owns the numbers, where this row is an inherited copy. */
  ownerSessionId: string | null
}
