import type { UsageFilter, UsageGroup } from '../usage-store.ts'
import { every, is } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'
import { QUARTER_MS, QUARTER_SUMS, ROW_SUMS } from './usage-sums.ts'
import type { SumRow } from './usage-sums.ts'

/** Where sums are kept: by quarter of an hour, or of all of a session. Those of everything lie in `usage_model`. */
type Kept = 'usage_quarter' | 'usage_session'
export const withSessions = (
  kept: Kept,
) => `FROM ${kept} u JOIN session s ON s.id = u.session_id JOIN name n ON n.id = u.model_id
  LEFT JOIN project p ON p.id = s.project_id`
export const QUARTERS = withSessions('usage_quarter')
export const ROWS = `FROM usage u JOIN transcript t ON t.id = u.transcript_id JOIN session s ON s.id = t.session_id
  JOIN name n ON n.id = u.model_id LEFT JOIN project p ON p.id = s.project_id`

/** The key of a sum of all. */
export const ALL = "''"
export const KEYS: Record<UsageGroup | 'person', string> = {
  session: 's.uid',
  model: 'n.text',
  agent: 's.agent',
  project: "COALESCE(p.uid, '')",
  person: "COALESCE(s.user_id, '')",
}
const NEEDS_NO_SESSION: ReadonlySet<string> = new Set([ALL, KEYS.model])

/**
 * Usage by key and model: whole quarters of an hour from their sums, from rows where a period cuts one. A key may come in
 * several rows.
 *
 * @param key one of `KEYS`, or `ALL`
 * @param also a condition on session `s` beside the filter
 */
export async function sumRows(
  connection: Connection,
  workspaceId: number,
  key: string,
  filter: UsageFilter,
  also?: Condition,
): Promise<SumRow[]> {
  const rows: SumRow[] = []
  const whole = wholeQuarters(workspaceId, filter)
  if (whole) rows.push(...(await sumWhole(connection, workspaceId, key, filter, whole, also)))
  for (const stretch of edges(filter)) {
    const where = every(countedRows(workspaceId, filter, stretch), also)
    rows.push(...(await sumFrom(connection, key, ROW_SUMS, ROWS, where)))
  }
  return rows
}

function sumWhole(
  connection: Connection,
  workspaceId: number,
  key: string,
  filter: UsageFilter,
  whole: Condition,
  also: Condition | undefined,
): Promise<SumRow[]> {
  const { sessionId, projectId, agent, model, from, to } = filter
  const isAny = sessionId === undefined && projectId === undefined && agent === undefined && also === undefined
  const isBare = NEEDS_NO_SESSION.has(key) && isAny
  const isEver = from === undefined && to === undefined
  if (!isBare) {
    const kept = isEver ? 'usage_session' : 'usage_quarter'
    return sumFrom(connection, key, QUARTER_SUMS, withSessions(kept), every(whole, matching(filter), also))
  }
  if (isEver) return sumOfAll(connection, workspaceId, key, matching({ model }))
  return key === ALL && model === undefined
    ? sumQuarters(connection, whole)
    : sumBare(connection, key, whole, matching({ model }))
}

/** The quarters that lie in a period as a whole; `undefined` when there are none. */
function wholeQuarters(workspaceId: number, filter: UsageFilter): Condition | undefined {
  const from = filter.from === undefined ? undefined : Math.ceil(Date.parse(filter.from) / QUARTER_MS)
  const to = filter.to === undefined ? undefined : Math.floor(Date.parse(filter.to) / QUARTER_MS)
  if (from !== undefined && to !== undefined && from >= to) return undefined
  return every(
    is('u.workspace_id = ?', workspaceId),
    from !== undefined && is('u.quarter >= ?', from),
    to !== undefined && is('u.quarter < ?', to),
  )
}

function countedRows(workspaceId: number, filter: UsageFilter, [from, to]: [number, number]): Condition {
  return every(
    is('u.workspace_id = ? AND u.inherited = 0 AND u.at_ms >= ? AND u.at_ms < ?', workspaceId, from, to),
    matching(filter),
  )
}

export function sumFrom(
  connection: Connection,
  key: string,
  sums: string,
  from: string,
  where: Condition,
): Promise<SumRow[]> {
  return connection.all<SumRow>(
    `SELECT ${key} AS key, n.text AS model, ${sums} ${from} WHERE ${where.sql} GROUP BY 1, 2`,
    where.values,
  )
}

/** Of everything: a row for each model. */
function sumOfAll(
  connection: Connection,
  workspaceId: number,
  key: string,
  models: Condition | undefined,
): Promise<SumRow[]> {
  const where = every(is('u.workspace_id = ?', workspaceId), models)
  return connection.all<SumRow>(
    `SELECT ${key} AS key, n.text AS model, u.* FROM usage_model u JOIN name n ON n.id = u.model_id WHERE ${where.sql}`,
    where.values,
  )
}

/** Where nothing is asked of sessions: summed by model before anything is joined, which takes a third of the time. */
function sumBare(
  connection: Connection,
  key: string,
  whole: Condition,
  models: Condition | undefined,
): Promise<SumRow[]> {
  const where = every(models)
  return connection.all<SumRow>(
    `SELECT ${key} AS key, n.text AS model, u.* FROM
       (SELECT u.model_id, ${QUARTER_SUMS} FROM usage_quarter u WHERE ${whole.sql} GROUP BY u.model_id) u
     JOIN name n ON n.id = u.model_id WHERE ${where.sql}`,
    [...whole.values, ...where.values],
  )
}

/** One sum of all: without groups it takes a third of the time, and models are named only where some of them has no price. */
async function sumQuarters(connection: Connection, whole: Condition): Promise<SumRow[]> {
  const priced = await connection.all<SumRow>(
    `SELECT '' AS key, '' AS model, ${QUARTER_SUMS} FROM usage_quarter u
     WHERE ${whole.sql} AND u.unpriced_responses = 0 HAVING COUNT(*) > 0`,
    whole.values,
  )
  return [...priced, ...(await sumBare(connection, ALL, every(whole, is('u.unpriced_responses <> 0')), undefined))]
}

/** The stretches of a period that fill no quarter: its two ends, or all of it. */
export function edges(filter: UsageFilter): [number, number][] {
  const from = filter.from === undefined ? undefined : Date.parse(filter.from)
  const to = filter.to === undefined ? undefined : Date.parse(filter.to)
  const start = from === undefined ? -Infinity : Math.ceil(from / QUARTER_MS) * QUARTER_MS
  const end = to === undefined ? Infinity : Math.floor(to / QUARTER_MS) * QUARTER_MS
  if (from !== undefined && to !== undefined && start > end) return from < to ? [[from, to]] : []
  const found: [number, number][] = []
  if (from !== undefined && from < start) found.push([from, start])
  if (to !== undefined && end < to) found.push([end, to])
  return found
}

export function matching(filter: UsageFilter): Condition | undefined {
  const { sessionId, projectId, agent, model } = filter
  return every(
    sessionId !== undefined && is('s.uid = ?', sessionId),
    projectId !== undefined && is('p.uid = ?', projectId),
    agent !== undefined && is('s.agent = ?', agent),
    model !== undefined && is('n.text = ?', model),
  )
}

export function between(filter: UsageFilter): Condition {
  return every(
    filter.from !== undefined && is('u.at_ms >= ?', Date.parse(filter.from)),
    filter.to !== undefined && is('u.at_ms < ?', Date.parse(filter.to)),
  )
}
