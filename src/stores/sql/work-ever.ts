import { emptyUsage } from '../../domain/usage.ts'
import type { UsageTotals } from '../../domain/usage.ts'
import { mergeIntervals } from '../../domain/slice.ts'
import type { Interval } from '../../domain/slice.ts'
import type { WorkFilter, WorkGroup, WorkSum } from '../work-store.ts'
import { among, every, is, lists } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'
import { walked } from './session-rows.ts'
import { sumByKey, usageOfSessions } from './usage-sums.ts'
import { ownActivity } from './work-activity.ts'
import type { Period } from './work-periods.ts'
import { inRange } from './work-sessions.ts'
import { GROUP_KEYS, usageWithout, within } from './work-whole.ts'

/** Where sessions are noted that have to be looked at one by one: those that stood on something, those of people. */
export type ApartTable = 'frame_interval' | 'person_interval'

/** All time there is. */
export const EVER: readonly Period[] = [[-Infinity, Infinity]]

export function isEver(periods: readonly Period[]): boolean {
  return periods.length === 1 && periods[0]?.[0] === -Infinity && periods[0][1] === Infinity
}

interface KeyRow {
  key: string
  sessions: number
  calls: number
  failed: number
  active_ms: number
}

/** Sessions that did anything: what each has in its row, and its usage in one for each model. */
const DID_ANYTHING = is(
  `(s.invocation_count > 0 OR s.active_ms > 0 OR EXISTS (SELECT 1 FROM usage_session u
     WHERE u.workspace_id = s.workspace_id AND u.session_id = s.id))`,
)
const SESSIONS = 'FROM session s LEFT JOIN project p ON p.id = s.project_id'

/**
 * What sessions ever did, by key: their counters and sums, no session looked at by itself. Only of when they were at work every
 * stretch is read: what ran at once counts once.
 *
 * @param apart sessions with rows in these are left out
 * @param others those of them that the filter has
 */
export async function sumsOfEver(
  connection: Connection,
  scope: Scope,
  group: WorkGroup,
  filter: WorkFilter,
  apart: readonly ApartTable[],
  others: readonly number[],
): Promise<WorkSum[]> {
  const { workspaceId } = scope
  const key = GROUP_KEYS[group]
  const did = walked(scope, every(matching(workspaceId, filter, apart), DID_ANYTHING), filter)
  const rows = await connection.all<KeyRow>(
    `SELECT ${key} AS key, COUNT(*) AS sessions, CAST(SUM(s.invocation_count) AS BIGINT) AS calls,
       CAST(SUM(s.failed_count) AS BIGINT) AS failed, CAST(SUM(s.active_ms) AS BIGINT) AS active_ms
     ${SESSIONS} WHERE ${did.sql} GROUP BY 1`,
    did.values,
  )
  const usage = sumByKey(await usageWithout(connection, workspaceId, key, within(filter, EVER[0]!), others))
  const stretches = await stretchesOf(connection, scope, group, filter, apart)
  const active = Map.groupBy(stretches, (stretch) => stretch.key)
  return rows.map((row) => ({
    period: 0,
    key: row.key === '' ? null : row.key,
    usage: usage.get(row.key) ?? emptyUsage(),
    active: active.get(row.key) ?? [],
    activeMs: row.active_ms,
    calls: row.calls,
    failedCalls: row.failed,
    sessionIds: new Set(),
    sessions: row.sessions,
  }))
}

/** Every stretch of work there is. Sessions are joined only where something is asked of them. */
function stretchesOf(
  connection: Connection,
  scope: Scope,
  group: WorkGroup,
  filter: WorkFilter,
  apart: readonly ApartTable[],
): Promise<(Interval & { key: string })[]> {
  const { workspaceId } = scope
  const isBare = group === 'all' && filter.projectId === undefined && filter.agent === undefined
  const which = isBare
    ? every(
        is('t.workspace_id = ? AND t.session_id IS NOT NULL', workspaceId),
        without('t.session_id', workspaceId, apart),
      )
    : walked(scope, matching(workspaceId, filter, apart), filter)
  return connection.all(
    `SELECT ${GROUP_KEYS[group]} AS key, CASE WHEN a.start_ms < t.own_ms THEN t.own_ms ELSE a.start_ms END AS "startMs",
       a.end_ms AS "endMs"
     FROM transcript t JOIN active_interval a ON a.transcript_id = t.id AND a.workspace_id = t.workspace_id
     ${isBare ? '' : 'JOIN session s ON s.id = t.session_id LEFT JOIN project p ON p.id = s.project_id'}
     WHERE ${which.sql} AND t.own_ms IS NOT NULL AND a.end_ms > a.start_ms AND a.end_ms > t.own_ms`,
    which.values,
  )
}

/** Of session `s`: those of the filter that have no rows in some tables. */
function matching(workspaceId: number, filter: WorkFilter, apart: readonly ApartTable[]): Condition {
  return every(inRange(workspaceId, filter, EVER, 0), without('s.id', workspaceId, apart))
}

function without(column: string, workspaceId: number, apart: readonly ApartTable[]): Condition {
  const asked = apart.map((table) => `SELECT session_id FROM ${table} WHERE workspace_id = ?`)
  return is(`${column} NOT IN (${asked.join(' UNION ')})`, ...apart.map(() => workspaceId))
}

interface DearRow {
  id: number
  uid: string
  calls: number
  failed: number
}

/** The dearest sessions, each a sum by itself: cost, then output, then time. */
export async function dearestSessions(
  connection: Connection,
  scope: Scope,
  filter: WorkFilter,
  apart: readonly ApartTable[],
  limit: number,
): Promise<WorkSum[]> {
  const where = walked(scope, every(matching(scope.workspaceId, filter, apart), DID_ANYTHING), filter)
  const rows = await connection.all<DearRow>(
    `SELECT s.id, s.uid, s.invocation_count AS calls, s.failed_count AS failed
     ${SESSIONS} LEFT JOIN (SELECT u.session_id, SUM(u.cost_microdollars) AS cost, SUM(u.output_tokens) AS output
       FROM usage_session u WHERE u.workspace_id = ? GROUP BY u.session_id) d ON d.session_id = s.id
     WHERE ${where.sql} ORDER BY COALESCE(d.cost, 0) DESC, COALESCE(d.output, 0) DESC, s.active_ms DESC, s.uid LIMIT ?`,
    [scope.workspaceId, ...where.values, limit],
  )
  const ids = rows.map(({ id }) => id)
  const usage = await usageOfSessions(connection, scope.workspaceId, ids)
  const active = new Map<number, Interval[]>()
  for (const some of lists(ids)) {
    const stretches = await ownActivity(connection, scope, among('t.session_id', some))
    for (const [id, own] of Map.groupBy(stretches, (row) => row.session_id)) active.set(id, mergeIntervals(own))
  }
  return rows.map((row) => sumOfSession(row, usage.get(row.id), active.get(row.id) ?? []))
}

function sumOfSession(row: DearRow, usage: UsageTotals | undefined, active: Interval[]): WorkSum {
  return {
    period: 0,
    key: row.uid,
    usage: usage ?? emptyUsage(),
    active,
    activeMs: active.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0),
    calls: row.calls,
    failedCalls: row.failed,
    sessionIds: new Set([row.id]),
    sessions: 0,
  }
}
