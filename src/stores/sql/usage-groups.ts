import { TOKEN_COLUMNS } from './token-columns.ts'
import type { Counted } from './usage-ledger.ts'

/** A usage row as its table holds it. */
export interface UsageRecord extends Counted {
  id: number
  transcript_id: number
  record: number
  line: number
  response_hash: number
  request_hash: number | null
  tier_id: number | null
  cost_source: number
  price_date_id: number | null
  inherited: number
  sidechain: number
  lines: number
  response_id: string
  request_id: string | null
}

/** The numbers of a response and where they were read: what one row takes from another as a whole. */
export const NUMBERS = [
  'at_ms',
  'model_id',
  'tier_id',
  ...TOKEN_COLUMNS,
  'cost_microdollars',
  'cost_source',
  'price_date_id',
  'sidechain',
] as const

/** Columns of a `UsageRecord` besides its id, as it is inserted. */
export const STORED_COLUMNS = [
  'transcript_id',
  'record',
  'line',
  ...NUMBERS,
  'response_hash',
  'request_hash',
  'inherited',
  'lines',
  'response_id',
  'request_id',
] as const

/** Columns of a `UsageRecord`, for SELECT. */
export function usageColumns(table: string): string {
  return ['id', ...STORED_COLUMNS].map((column) => `${table}.${column}`).join(', ')
}

type Named = Pick<UsageRecord, 'response_hash' | 'request_hash' | 'sidechain'>

/**
 * Whether two rows tell of one response: a request id that is missing fits any. So does one of a subagent, for an agent that
 * begins with a copy of the conversation may write it under request ids of its own.
 */
export function isSameResponse(a: Named, b: Named): boolean {
  if (a.response_hash !== b.response_hash) return false
  if (a.request_hash === null || b.request_hash === null || a.request_hash === b.request_hash) return true
  return a.sidechain === 1 || b.sidechain === 1
}

/** Whether the numbers of `a` stand over those of `b`: larger output, then larger input, then the earlier record. */
export function isBetter(a: UsageRecord, b: UsageRecord): boolean {
  if (a.output_tokens !== b.output_tokens) return a.output_tokens > b.output_tokens
  if (a.input_tokens !== b.input_tokens) return a.input_tokens > b.input_tokens
  return a.transcript_id === b.transcript_id && a.record < b.record
}

/** The numbers of `from` in the place of `row`, which keeps its transcript, record and line. */
export function withNumbers(row: UsageRecord, from: UsageRecord): UsageRecord {
  const copy: UsageRecord = { ...row }
  for (const name of NUMBERS) (copy as unknown as Record<string, unknown>)[name] = from[name]
  return copy
}

export function sameNumbers(a: UsageRecord, b: UsageRecord): boolean {
  return NUMBERS.every((name) => a[name] === b[name])
}
