import type { Totals } from './totals.ts'

export interface Counts extends Totals {
  /** Objects in lines, copies included. */
  records: number
  /** Records once each. */
  distinctRecords: number
}

export interface Response {
  messageId: string
  requestId: string | undefined
  session: string
  model: string
  sidechain: boolean
  lines: number
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  cacheWrite1hTokens: number
}

export interface TreeCounts {
  files: number
  bytes: number
  badLines: number
  total: Counts
  models: Record<string, Counts>
  sessions: Record<string, Counts>
  entangled: string[]
  responses: Response[]
}

/** Reads every transcript below a projects folder and adds it all up. */
export function countTree(projects: string): TreeCounts
