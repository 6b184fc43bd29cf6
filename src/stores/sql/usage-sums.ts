import { addUsage, emptyUsage } from '../../domain/usage.ts'
import type { UsageTotals } from '../../domain/usage.ts'
import { among, every, is, lists } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'
import { TOKEN_COLUMNS, toCounts } from './token-columns.ts'
import type { TokenRow } from './token-columns.ts'

/** Milliseconds of one row of `usage_quarter`. Every zone's days begin at a multiple of it. */
export const QUARTER_MS = 900_000

/** A sum as both tables of usage give it, one row a group and model. */
export interface SumRow extends TokenRow {
  key: number | string | null
  model: string
  responses: number
  cost_microdollars: number
  unpriced_tokens: number
  unpriced_responses: number
}

/** What is added up of usage, as every table of sums has it. */
export const USAGE_COLUMNS = [
  'responses',
  ...TOKEN_COLUMNS,
  'cost_microdollars',
  'unpriced_tokens',
  'unpriced_responses',
] as const

/** Sums over quarters or sessions, for SELECT. */
export const QUARTER_SUMS = USAGE_COLUMNS.map((column) => `CAST(SUM(u.${column}) AS BIGINT) AS ${column}`).join(', ')

/** The same sums over usage rows. */
export const ROW_SUMS = [
  'COUNT(*) AS responses',
  ...TOKEN_COLUMNS.map((column) => `CAST(SUM(u.${column}) AS BIGINT) AS ${column}`),
  'CAST(SUM(COALESCE(u.cost_microdollars, 0)) AS BIGINT) AS cost_microdollars',
  `CAST(SUM(CASE WHEN u.cost_microdollars IS NULL THEN u.input_tokens + u.output_tokens + u.cache_read_tokens
    + u.cache_write_tokens ELSE 0 END) AS BIGINT) AS unpriced_tokens`,
  'CAST(SUM(CASE WHEN u.cost_microdollars IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS unpriced_responses',
].join(', ')

export function toTotals(row: SumRow): UsageTotals {
  return {
    ...toCounts(row),
    responses: row.responses,
    costMicrodollars: row.cost_microdollars,
    unpricedTokens: row.unpriced_tokens,
    unpricedModels: row.unpriced_responses > 0 ? [row.model] : [],
  }
}

/** Adds rows up by key. A group whose rows came and went again is left out. */
export function sumByKey(rows: readonly SumRow[]): Map<SumRow['key'], UsageTotals> {
  const sums = new Map<SumRow['key'], UsageTotals>()
  for (const row of rows) {
    if (row.responses === 0) continue
    const sum = sums.get(row.key) ?? emptyUsage()
    sums.set(row.key, addUsage(sum, toTotals(row)))
  }
  for (const sum of sums.values()) sum.unpricedModels.sort()
  return sums
}

/** Usage of sessions by row id. */
export async function usageOfSessions(
  connection: Connection,
  workspaceId: number,
  sessionIds: readonly number[],
): Promise<Map<SumRow['key'], UsageTotals>> {
  const rows: SumRow[] = []
  for (const ids of lists(sessionIds)) {
    const where: Condition = every(is('u.workspace_id = ?', workspaceId), among('u.session_id', ids))
    rows.push(
      ...(await connection.all<SumRow>(
        `SELECT u.session_id AS key, n.text AS model, ${QUARTER_SUMS} FROM usage_session u JOIN name n ON n.id = u.model_id
         WHERE ${where.sql} GROUP BY u.session_id, n.text`,
        where.values,
      )),
    )
  }
  return sumByKey(rows)
}
