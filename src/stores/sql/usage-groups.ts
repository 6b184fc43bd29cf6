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

/** What a response came to: one row takes it from another as a whole. When it was stays with the row. */
export const NUMBERS = [
  'model_id',
  'tier_id',
  ...TOKEN_COLUMNS,
  'cost_microdollars',
  'cost_source',
  'price_date_id',
] as const

export type Numbers = Pick<UsageRecord, (typeof NUMBERS)[number]>

/** Columns of a `UsageRecord` besides its id, as it is inserted. */
export const STORED_COLUMNS = [
  'transcript_id',
  'record',
  'line',
  'at_ms',
  ...NUMBERS,
  'sidechain',
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

type Named = Pick<UsageRecord, 'transcript_id' | 'request_hash' | 'sidechain' | 'output_tokens' | 'input_tokens'>

/**
 * The rows of one response id by the response they tell of: one for each request id that the conversation itself was written
 * under. What has no request id fits any, and so does what a subagent wrote under a request id of its own, for one that begins
 * with a copy of the conversation may do so: such rows go to the largest, a second one of the same transcript to the next.
 */
export function byResponse<Row extends Named>(rows: readonly Row[]): Row[][] {
  if (rows.length < 2) return [[...rows]]
  const requests = requestsOf(rows)
  if (requests.size < 2) return [[...rows]]
  const isNamed = (row: Row): boolean => row.request_hash !== null && requests.has(row.request_hash)
  const groups = [...Map.groupBy(rows.filter(isNamed), (row) => row.request_hash).values()].map((group) => ({
    best: group.toSorted(largestFirst)[0] as Row,
    rows: group,
  }))
  groups.sort((a, b) => largestFirst(a.best, b.best))
  const others = Map.groupBy(
    rows.filter((row) => !isNamed(row)),
    (row) => row.transcript_id,
  )
  for (const list of others.values()) {
    for (const [place, row] of list.toSorted(largestFirst).entries())
      groups[Math.min(place, groups.length - 1)]?.rows.push(row)
  }
  return groups.map((group) => group.rows)
}

/**
 * The request ids that tell responses apart: those in the conversation's own transcripts and in copies that kept one of them,
 * else those in the agent's transcript that knows most.
 */
function requestsOf(rows: readonly Named[]): Set<number> {
  const transcripts = [...Map.groupBy(rows, (row) => row.transcript_id).values()]
  const told = (list: readonly Named[]): number[] =>
    [...new Set(list.map((row) => row.request_hash).filter((hash) => hash !== null))].sort((a, b) => a - b)
  const main = transcripts.filter((list) => list.some((row) => row.sidechain === 0))
  const own = new Set(told(main.flat()))
  if (own.size > 0) {
    const faithful = transcripts.map(told).filter((list) => list.some((hash) => own.has(hash)))
    return new Set(faithful.flat())
  }
  const known = transcripts.map(told).sort((a, b) => b.length - a.length || (a[0] ?? 0) - (b[0] ?? 0))
  return new Set(known[0])
}

function largestFirst(a: Named, b: Named): number {
  return (
    b.output_tokens - a.output_tokens ||
    b.input_tokens - a.input_tokens ||
    (a.request_hash ?? 0) - (b.request_hash ?? 0)
  )
}

/** Of one transcript's rows for a response id, in the order in which they came: the one that a further line belongs to. */
export function rowOfLine<Row extends Pick<UsageRecord, 'request_hash'>>(
  rows: readonly Row[],
  requestHash: number | null,
  isOfThisReading: (row: Row) => boolean,
): Row | undefined {
  const same = rows.find((row) => row.request_hash === requestHash)
  if (same !== undefined) return same
  if (requestHash !== null) return rows.find((row) => row.request_hash === null)
  return rows.findLast(isOfThisReading) ?? rows[0]
}

/** Whether the numbers of `a` stand over those of `b`: larger output, then larger input, then the earlier record. */
export function isBetter(a: UsageRecord, b: UsageRecord): boolean {
  if (a.output_tokens !== b.output_tokens || a.input_tokens !== b.input_tokens) return isLarger(a, b)
  return a.transcript_id === b.transcript_id && a.record < b.record
}

/** Whether the numbers of `a` are more: larger output, then larger input. */
export function isLarger(a: Numbers, b: Numbers): boolean {
  return a.output_tokens === b.output_tokens ? a.input_tokens > b.input_tokens : a.output_tokens > b.output_tokens
}

/** The numbers of `from` in the place of `row`, which keeps its transcript, record, line and time. */
export function withNumbers(row: UsageRecord, from: Numbers): UsageRecord {
  const copy: UsageRecord = { ...row }
  for (const name of NUMBERS) (copy as unknown as Record<string, unknown>)[name] = from[name]
  return copy
}

export function sameNumbers(a: UsageRecord, b: UsageRecord): boolean {
  return a.at_ms === b.at_ms && NUMBERS.every((name) => a[name] === b[name])
}
