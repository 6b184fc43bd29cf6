import { addUsage, dearestFirst, emptyUsage } from '../../domain/usage.ts'
import type { DearestSessions, UsageFilter, UsageSum } from '../usage-store.ts'
import { among, every, is, lists } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'
import { ALL, KEYS, matching, sumFrom, sumRows, withSessions } from './usage-by-key.ts'
import { QUARTER_SUMS, sumByKey } from './usage-sums.ts'
import type { SumRow } from './usage-sums.ts'

/** What a session is called. */
export const SESSION_LABEL = 'COALESCE(s.title, s.ref)'

interface DearRow {
  id: number
  cost: number
  tokens: number
}

const COST = 'SUM(u.cost_microdollars)'
const TOKENS = 'SUM(u.input_tokens + u.output_tokens + u.cache_read_tokens + u.cache_write_tokens)'

/** The sessions that cost most of all time: of each is read what orders them, all else only of those that are asked for. */
export async function dearestOfAll(
  connection: Connection,
  workspaceId: number,
  filter: UsageFilter,
  limit: number,
): Promise<DearestSessions> {
  const dear = await dearest(connection, workspaceId, filter, limit)
  const items = await sumsOf(connection, workspaceId, filter, dear)
  items.sort(dearestFirst)
  if (dear.length < limit) return { items, total: items.length, totals: sumOf(items) }
  const { sql, values } = grouped(workspaceId, filter)
  const [counted] = await connection.all<{ total: number }>(
    `SELECT COUNT(*) AS total FROM (SELECT u.session_id ${sql}) d`,
    values,
  )
  const total = counted?.total ?? 0
  // The foot is the sum of the rows shown above it, so that a table adds up whatever is written meanwhile.
  const totals =
    total === items.length
      ? sumOf(items)
      : (sumByKey(await sumRows(connection, workspaceId, ALL, filter)).get('') ?? emptyUsage())
  return { items: items.slice(0, limit), total, totals }
}

/** As many as asked for, and all that cost as much as the last of them: their labels decide. */
async function dearest(
  connection: Connection,
  workspaceId: number,
  filter: UsageFilter,
  limit: number,
): Promise<DearRow[]> {
  const { sql, values } = grouped(workspaceId, filter)
  const select = `SELECT u.session_id AS id, CAST(${COST} AS BIGINT) AS cost, CAST(${TOKENS} AS BIGINT) AS tokens ${sql}`
  const found = await connection.all<DearRow>(`${select} ORDER BY cost DESC, tokens DESC, id LIMIT ?`, [
    ...values,
    limit,
  ])
  const last = found.at(-1)
  if (last === undefined || found.length < limit) return found
  const known = new Set(found.map(({ id }) => id))
  const alike = await connection.all<DearRow>(`${select} AND ${COST} = ? AND ${TOKENS} = ?`, [
    ...values,
    last.cost,
    last.tokens,
  ])
  return [...found, ...alike.filter(({ id }) => !known.has(id))]
}

/** The sums of sessions that match, a group for each session. A group whose rows came and went again is left out. */
function grouped(workspaceId: number, filter: UsageFilter): Condition {
  const narrowed = Object.values(filter).some((asked) => asked !== undefined)
  const where = every(is('u.workspace_id = ?', workspaceId), matching(filter))
  const from = narrowed ? withSessions('usage_session') : 'FROM usage_session u'
  return { sql: `${from} WHERE ${where.sql} GROUP BY u.session_id HAVING SUM(u.responses) > 0`, values: where.values }
}

async function sumsOf(
  connection: Connection,
  workspaceId: number,
  filter: UsageFilter,
  dear: readonly DearRow[],
): Promise<UsageSum[]> {
  const rows: SumRow[] = []
  const labels = new Map<string, string>()
  for (const some of lists(dear)) {
    const ids = some.map(({ id }) => id)
    const where = every(is('u.workspace_id = ?', workspaceId), among('u.session_id', ids), matching(filter))
    rows.push(...(await sumFrom(connection, KEYS.session, QUARTER_SUMS, withSessions('usage_session'), where)))
    const named = among('s.id', ids)
    const found = await connection.all<{ uid: string; label: string }>(
      `SELECT s.uid, ${SESSION_LABEL} AS label FROM session s WHERE ${named.sql}`,
      named.values,
    )
    for (const { uid, label } of found) labels.set(uid, label)
  }
  return [...sumByKey(rows)].map(([key, totals]) => ({
    key: String(key),
    label: labels.get(String(key)) ?? String(key),
    totals,
  }))
}

export function sumOf(items: readonly UsageSum[]): UsageSum['totals'] {
  const sum = items.reduce((totals, item) => addUsage(totals, item.totals), emptyUsage())
  sum.unpricedModels.sort()
  return sum
}
