import { COST_SOURCES } from '../../domain/usage.ts'
import type { CostSource } from '../../domain/usage.ts'
import type { Page, PageRequest } from '../page.ts'
import type { UsageRow } from '../usage-store.ts'
import { every, is } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'
import { countRows } from './count-rows.ts'
import { checkLimit, readCursor, toPage, totalOf } from './page.ts'
import { iso } from './scope.ts'
import { toCounts } from './token-columns.ts'
import type { TokenRow } from './token-columns.ts'

interface StoredRow extends TokenRow {
  id: number
  session_uid: string
  transcript_id: number
  path: string
  record: number
  line: number
  lines: number
  response_id: string
  request_id: string | null
  at_ms: number
  model: string
  tier: string | null
  price_date: string | null
  cost_microdollars: number | null
  cost_source: number
  inherited: number
  sidechain: number
  owner_uid: string | null
}

/** Rows with their provenance, transcript by transcript in file order. */
export async function listUsageRows(
  connection: Connection,
  from: string,
  matching: Condition,
  page: PageRequest,
): Promise<Page<UsageRow>> {
  const limit = checkLimit(page.limit)
  const after = page.cursor === undefined ? undefined : readCursor(page.cursor, 3)
  const where = every(
    matching,
    after && is('(u.transcript_id, u.record, u.id) > (?, ?, ?)', ...(after as [number, number, number])),
  )
  const rows = await connection.all<StoredRow>(
    `SELECT u.id, s.uid AS session_uid, u.transcript_id, t.path, u.record, u.line, u.lines, u.response_id, u.request_id,
       u.at_ms, n.text AS model, tier.text AS tier, priced.text AS price_date, u.input_tokens, u.output_tokens,
       u.cache_read_tokens, u.cache_write_tokens, u.cache_write_1h_tokens, u.reasoning_tokens, u.cost_microdollars,
       u.cost_source, u.inherited, u.sidechain,
       CASE WHEN u.inherited = 1 THEN (
         SELECT os.uid FROM usage o JOIN transcript ot ON ot.id = o.transcript_id JOIN session os ON os.id = ot.session_id
         WHERE o.workspace_id = u.workspace_id AND o.response_hash = u.response_hash AND o.inherited = 0
           AND (o.request_hash = u.request_hash OR o.request_hash IS NULL OR u.request_hash IS NULL) LIMIT 1) END AS owner_uid
     ${from} LEFT JOIN name tier ON tier.id = u.tier_id LEFT JOIN name priced ON priced.id = u.price_date_id
     WHERE ${where.sql} ORDER BY u.transcript_id, u.record, u.id LIMIT ?`,
    [...where.values, limit + 1],
  )
  const total = await totalOf(page, rows.length, () => countRows(connection, from, matching))
  return toPage(rows, limit, total, (row) => [row.transcript_id, row.record, row.id], toUsageRow)
}

function toUsageRow(row: StoredRow): UsageRow {
  return {
    id: row.id,
    sessionId: row.session_uid,
    transcriptId: row.transcript_id,
    path: row.path,
    record: row.record,
    line: row.line,
    lines: row.lines,
    responseId: row.response_id,
    requestId: row.request_id,
    at: iso(row.at_ms),
    model: row.model,
    serviceTier: row.tier,
    ...toCounts(row),
    costMicrodollars: row.cost_microdollars,
    costSource: COST_SOURCES[row.cost_source] as CostSource,
    priceDate: row.price_date,
    inherited: row.inherited === 1,
    sidechain: row.sidechain === 1,
    ownerSessionId: row.owner_uid,
  }
}
