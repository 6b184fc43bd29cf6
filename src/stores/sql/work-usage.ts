import type { UsageTotals } from '../../domain/usage.ts'
import { among, every, is } from './condition.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'
import { QUARTER_MS, QUARTER_SUMS, ROW_SUMS, toTotals } from './usage-sums.ts'
import type { SumRow } from './usage-sums.ts'
import { periodAt } from './work-periods.ts'
import type { Period } from './work-periods.ts'
import type { WorkSegment } from './work-sessions.ts'

/** Takes what one session used in one period; several times for one of each. */
export type TakeUsage = (sessionId: number, period: number, totals: UsageTotals) => void

/** Usage of sessions as a whole, by period: whole quarters from their sums, the rest from rows. */
export async function takeUsageOfWhole(
  connection: Connection,
  scope: Scope,
  sessionIds: readonly number[],
  periods: readonly Period[],
  take: TakeUsage,
): Promise<void> {
  if (sessionIds.length === 0) return
  const inside = periods.map(([from, to]) => [Math.ceil(from / QUARTER_MS), Math.floor(to / QUARTER_MS)] as const)
  const [low, high] = [Math.min(...inside.map(([a]) => a)), Math.max(...inside.map(([, b]) => b))]
  const several = periods.length > 1
  if (low < high) {
    const where = every(
      is('u.workspace_id = ?', scope.workspaceId),
      among('u.session_id', sessionIds),
      Number.isFinite(low) && is('u.quarter + 0 >= ?', low),
      Number.isFinite(high) && is('u.quarter + 0 < ?', high),
    )
    const all = low === -Infinity && high === Infinity
    const rows = await connection.all<SumRow & { quarter: number }>(
      `SELECT u.session_id AS key, ${several ? 'u.quarter' : '0'} AS quarter, n.text AS model, ${QUARTER_SUMS}
       FROM ${all && !several ? 'usage_session' : 'usage_quarter'} u JOIN name n ON n.id = u.model_id
       WHERE ${where.sql} GROUP BY u.session_id, ${several ? 'u.quarter, ' : ''}n.text`,
      where.values,
    )
    for (const row of rows) {
      const period = several ? periodAt(inside, row.quarter) : 0
      if (period !== undefined && row.responses > 0) take(row.key as number, period, toTotals(row))
    }
  }
  for (const [period, edge] of edgesOf(periods)) {
    const where = every(
      is('u.workspace_id = ? AND u.inherited = 0 AND u.at_ms >= ? AND u.at_ms < ?', scope.workspaceId, ...edge),
      among('t.session_id', sessionIds),
    )
    const rows = await connection.all<SumRow>(
      `SELECT t.session_id AS key, n.text AS model, ${ROW_SUMS} FROM usage u JOIN transcript t ON t.id = u.transcript_id
       JOIN name n ON n.id = u.model_id WHERE ${where.sql} GROUP BY t.session_id, n.text`,
      where.values,
    )
    for (const row of rows) take(row.key as number, period, toTotals(row))
  }
}

/** What of each period no full quarter covers. */
function edgesOf(periods: readonly Period[]): [period: number, edge: Period][] {
  return periods.flatMap(([from, to], period) => {
    const [first, last] = [Math.ceil(from / QUARTER_MS) * QUARTER_MS, Math.floor(to / QUARTER_MS) * QUARTER_MS]
    const edges: Period[] = [
      [from, Math.min(first, to)],
      [Math.max(last, first), to],
    ]
    return edges.filter(([a, b]) => a < b).map((edge): [number, Period] => [period, edge])
  })
}

/** Usage of one stretch of a transcript, by period. */
export async function takeUsageOfSegment(
  connection: Connection,
  { session, transcript, fromRecord, toRecord }: WorkSegment,
  periods: readonly Period[],
  take: TakeUsage,
): Promise<void> {
  const several = periods.length > 1
  const [from, to] = [periods[0]?.[0] ?? 0, periods.at(-1)?.[1] ?? 0]
  const where = every(
    is('u.transcript_id = ? AND u.inherited = 0', transcript.id),
    fromRecord >= 0 && is('u.record > ?', fromRecord),
    Number.isFinite(toRecord) && is('u.record <= ?', toRecord),
    Number.isFinite(from) && is('u.at_ms >= ?', from),
    Number.isFinite(to) && is('u.at_ms < ?', to),
  )
  const sums = await connection.all<SumRow & { at_ms: number }>(
    `SELECT NULL AS key, MIN(u.at_ms) AS at_ms, n.text AS model, ${ROW_SUMS}
     FROM usage u JOIN name n ON n.id = u.model_id
     WHERE ${where.sql} GROUP BY ${several ? 'u.at_ms, ' : ''}n.text ORDER BY n.text`,
    where.values,
  )
  for (const sum of sums) {
    const period = several ? periodAt(periods, sum.at_ms) : 0
    if (period !== undefined) take(session.id, period, toTotals(sum))
  }
}
