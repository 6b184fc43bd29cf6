import { emptyUsage } from '../../domain/usage.ts'
import type { UsageTotals } from '../../domain/usage.ts'
import type { UsageFilter, UsageGroup, UsageStore } from '../usage-store.ts'
import { every, is } from './condition.ts'
import type { Condition } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { iso } from './scope.ts'
import type { Scope } from './scope.ts'
import { QUARTER_MS, QUARTER_SUMS, ROW_SUMS, sumByKey } from './usage-sums.ts'
import type { SumRow } from './usage-sums.ts'
import { listUsageRows } from './usage-rows.ts'

/** Where sums are kept: by quarter of an hour, or of all of a session. Those of everything lie in `usage_model`. */
type Kept = 'usage_quarter' | 'usage_session'
const withSessions = (
  kept: Kept,
) => `FROM ${kept} u JOIN session s ON s.id = u.session_id JOIN name n ON n.id = u.model_id
  LEFT JOIN project p ON p.id = s.project_id`
const QUARTERS = withSessions('usage_quarter')
const ROWS = `FROM usage u JOIN transcript t ON t.id = u.transcript_id JOIN session s ON s.id = t.session_id
  JOIN name n ON n.id = u.model_id LEFT JOIN project p ON p.id = s.project_id`

const KEYS: Record<UsageGroup, string> = {
  session: 's.uid',
  model: 'n.text',
  agent: 's.agent',
  project: "COALESCE(p.uid, '')",
}
const LABELS: Record<UsageGroup, string> = {
  session: 'COALESCE(s.title, s.ref)',
  model: 'n.text',
  agent: 's.agent',
  project: "COALESCE(p.name, '')",
}

/** Every sum is taken from whole quarters of an hour, and from rows where a period cuts one. */
export function usageStore({ database, workspaceId }: Scope): UsageStore {
  return {
    total: (filter) =>
      database.read(async (connection) => {
        const sums = await sum(connection, workspaceId, ALL, filter)
        return sums.get('') ?? emptyUsage()
      }),
    by: (group, filter) =>
      database.read(async (connection) => {
        const sums = await sum(connection, workspaceId, KEYS[group], filter)
        const labels = await labelsOf(connection, workspaceId, group)
        return [...sums]
          .map(([key, totals]) => ({ key: String(key), label: labels.get(String(key)) ?? String(key), totals }))
          .sort((a, b) => b.totals.costMicrodollars - a.totals.costMicrodollars || (a.key < b.key ? -1 : 1))
      }),
    byPeriod: (boundaries, filter) =>
      database.read(async (connection) => {
        const periods: UsageTotals[] = []
        for (let i = 0; i + 1 < boundaries.length; i++) {
          const cut = clip(filter, boundaries[i] as string, boundaries[i + 1] as string)
          const sums = cut ? await sum(connection, workspaceId, ALL, cut) : new Map<SumRow['key'], UsageTotals>()
          periods.push(sums.get('') ?? emptyUsage())
        }
        return periods
      }),
    byQuarter: ({ from, to, ...filter }) =>
      database.read(async (connection) => {
        const where = every(
          is('u.workspace_id = ?', workspaceId),
          matching(filter),
          from !== undefined && is('u.quarter >= ?', Math.floor(Date.parse(from) / QUARTER_MS)),
          to !== undefined && is('u.quarter < ?', Math.ceil(Date.parse(to) / QUARTER_MS)),
        )
        const sums = sumByKey(await sumFrom(connection, 'u.quarter', QUARTER_SUMS, QUARTERS, where))
        return [...sums]
          .map(([quarter, totals]) => ({ startMs: Number(quarter) * QUARTER_MS, totals }))
          .sort((a, b) => a.startMs - b.startMs)
      }),
    range: (filter) => database.read((connection) => range(connection, workspaceId, filter)),
    rows: (filter, page) =>
      database.read((connection) => {
        const { includeInherited = false, ...rest } = filter
        // Rows come in file order. Without a period the index by time would find all of them and sort them for every page;
        // the plus keeps SQLite from it.
        const timed = rest.from !== undefined || rest.to !== undefined
        const where = every(
          is(timed ? 'u.workspace_id = ?' : '+u.workspace_id = ?', workspaceId),
          !includeInherited && is('u.inherited = 0'),
          matching(rest),
          between(rest),
        )
        return listUsageRows(connection, ROWS, where, page)
      }),
  }
}

/** The quarters tell where the first and the last row are; only those two are looked into. */
async function range(
  connection: Connection,
  workspaceId: number,
  filter: UsageFilter,
): Promise<{ firstAt: string; lastAt: string } | null> {
  const { from, to } = filter
  const quarters = every(
    is('u.workspace_id = ? AND u.responses > 0', workspaceId),
    matching(filter),
    from !== undefined && is('u.quarter >= ?', Math.floor(Date.parse(from) / QUARTER_MS)),
    to !== undefined && is('u.quarter < ?', Math.ceil(Date.parse(to) / QUARTER_MS)),
  )
  const { sessionId, projectId, agent, model } = filter
  const isBare = [sessionId, projectId, agent, model].every((asked) => asked === undefined)
  // Two ends of the index by time, where nothing narrows it.
  const end = (order: 'ASC' | 'DESC'): string =>
    `(SELECT u.quarter FROM usage_quarter u WHERE ${quarters.sql} ORDER BY u.quarter ${order} LIMIT 1)`
  const ends = await first<{ first: number | null; last: number | null }>(
    connection,
    isBare
      ? `SELECT ${end('ASC')} AS first, ${end('DESC')} AS last`
      : `SELECT MIN(u.quarter) AS first, MAX(u.quarter) AS last ${QUARTERS} WHERE ${quarters.sql}`,
    isBare ? [...quarters.values, ...quarters.values] : quarters.values,
  )
  if (ends?.first == null || ends.last === null) return null
  const edge = async (pick: 'MIN' | 'MAX', fromQuarter: number, toQuarter: number): Promise<number | null> => {
    const where = every(
      is('u.workspace_id = ? AND u.inherited = 0', workspaceId),
      is('u.at_ms >= ? AND u.at_ms < ?', fromQuarter * QUARTER_MS, toQuarter * QUARTER_MS),
      matching(filter),
      between(filter),
    )
    const row = await first<{ at: number | null }>(
      connection,
      `SELECT ${pick}(u.at_ms) AS at ${ROWS} WHERE ${where.sql}`,
      where.values,
    )
    return row?.at ?? null
  }
  // A quarter at the edge of the period may hold nothing inside it; then all of the period has to be looked through.
  const earliest = (await edge('MIN', ends.first, ends.first + 1)) ?? (await edge('MIN', ends.first, ends.last + 1))
  const latest = (await edge('MAX', ends.last, ends.last + 1)) ?? (await edge('MAX', ends.first, ends.last + 1))
  return earliest === null || latest === null ? null : { firstAt: iso(earliest), lastAt: iso(latest) }
}

/** The key of a sum of all. */
const ALL = "''"
const NEEDS_NO_SESSION: ReadonlySet<string> = new Set([ALL, KEYS.model])

async function sum(
  connection: Connection,
  workspaceId: number,
  key: string,
  filter: UsageFilter,
): Promise<Map<SumRow['key'], UsageTotals>> {
  const rows: SumRow[] = []
  const whole = wholeQuarters(workspaceId, filter)
  if (whole) rows.push(...(await sumWhole(connection, workspaceId, key, filter, whole)))
  for (const stretch of edges(filter)) {
    rows.push(...(await sumFrom(connection, key, ROW_SUMS, ROWS, countedRows(workspaceId, filter, stretch))))
  }
  return sumByKey(rows)
}

function sumWhole(
  connection: Connection,
  workspaceId: number,
  key: string,
  filter: UsageFilter,
  whole: Condition,
): Promise<SumRow[]> {
  const { sessionId, projectId, agent, model, from, to } = filter
  const isBare = NEEDS_NO_SESSION.has(key) && sessionId === undefined && projectId === undefined && agent === undefined
  const isEver = from === undefined && to === undefined
  if (!isBare) {
    const kept = isEver ? 'usage_session' : 'usage_quarter'
    return sumFrom(connection, key, QUARTER_SUMS, withSessions(kept), every(whole, matching(filter)))
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

function sumFrom(connection: Connection, key: string, sums: string, from: string, where: Condition): Promise<SumRow[]> {
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
function edges(filter: UsageFilter): [number, number][] {
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

function matching(filter: UsageFilter): Condition | undefined {
  const { sessionId, projectId, agent, model } = filter
  return every(
    sessionId !== undefined && is('s.uid = ?', sessionId),
    projectId !== undefined && is('p.uid = ?', projectId),
    agent !== undefined && is('s.agent = ?', agent),
    model !== undefined && is('n.text = ?', model),
  )
}

function between(filter: UsageFilter): Condition {
  return every(
    filter.from !== undefined && is('u.at_ms >= ?', Date.parse(filter.from)),
    filter.to !== undefined && is('u.at_ms < ?', Date.parse(filter.to)),
  )
}

function clip(filter: UsageFilter, from: string, to: string): UsageFilter | undefined {
  const later = filter.from !== undefined && Date.parse(filter.from) > Date.parse(from) ? filter.from : from
  const earlier = filter.to !== undefined && Date.parse(filter.to) < Date.parse(to) ? filter.to : to
  return Date.parse(later) < Date.parse(earlier) ? { ...filter, from: later, to: earlier } : undefined
}

async function labelsOf(connection: Connection, workspaceId: number, group: UsageGroup): Promise<Map<string, string>> {
  if (group !== 'session' && group !== 'project') return new Map()
  const table = group === 'session' ? 'session s' : 'project p'
  const column = group === 'session' ? 's' : 'p'
  const rows = await connection.all<{ key: string; label: string }>(
    `SELECT ${column}.uid AS key, ${LABELS[group]} AS label FROM ${table} WHERE ${column}.workspace_id = ?`,
    [workspaceId],
  )
  return new Map(rows.map((row) => [row.key, row.label]))
}
