import { dearestFirst, emptyUsage } from '../../domain/usage.ts'
import type { UsageTotals } from '../../domain/usage.ts'
import type { UsageFilter, UsageGroup, UsageStore, UsageSum } from '../usage-store.ts'
import { every, is } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { iso } from './scope.ts'
import type { Scope } from './scope.ts'
import { ALL, KEYS, QUARTERS, ROWS, between, matching, sumFrom, sumRows } from './usage-by-key.ts'
import { SESSION_LABEL, dearestOfAll, sumOf } from './usage-dearest.ts'
import { QUARTER_MS, QUARTER_SUMS, sumByKey } from './usage-sums.ts'
import type { SumRow } from './usage-sums.ts'
import { listUsageRows } from './usage-rows.ts'

const LABELS: Record<UsageGroup, string> = {
  session: SESSION_LABEL,
  model: 'n.text',
  agent: 's.agent',
  project: "COALESCE(p.name, '')",
}

/** Every sum is taken from whole quarters of an hour, and from rows where a period cuts one. */
export function usageStore({ database, workspaceId }: Scope): UsageStore {
  return {
    total: (filter) =>
      database.read(async (connection) => {
        const sums = sumByKey(await sumRows(connection, workspaceId, ALL, filter))
        return sums.get('') ?? emptyUsage()
      }),
    by: (group, filter) => database.read((connection) => sumsBy(connection, workspaceId, group, filter)),
    dearest: (filter, limit) =>
      database.read(async (connection) => {
        if (filter.from === undefined && filter.to === undefined)
          return dearestOfAll(connection, workspaceId, filter, limit)
        const sums = (await sumsBy(connection, workspaceId, 'session', filter)).sort(dearestFirst)
        return { items: sums.slice(0, limit), total: sums.length, totals: sumOf(sums) }
      }),
    byPeriod: (boundaries, filter) =>
      database.read(async (connection) => {
        const periods: UsageTotals[] = []
        for (let i = 0; i + 1 < boundaries.length; i++) {
          const cut = clip(filter, boundaries[i] as string, boundaries[i + 1] as string)
          const sums = cut
            ? sumByKey(await sumRows(connection, workspaceId, ALL, cut))
            : new Map<SumRow['key'], UsageTotals>()
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

async function sumsBy(
  connection: Connection,
  workspaceId: number,
  group: UsageGroup,
  filter: UsageFilter,
): Promise<UsageSum[]> {
  const sums = sumByKey(await sumRows(connection, workspaceId, KEYS[group], filter))
  const labels = await labelsOf(connection, workspaceId, group)
  return [...sums]
    .map(([key, totals]) => ({ key: String(key), label: labels.get(String(key)) ?? String(key), totals }))
    .sort((a, b) => b.totals.costMicrodollars - a.totals.costMicrodollars || (a.key < b.key ? -1 : 1))
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
