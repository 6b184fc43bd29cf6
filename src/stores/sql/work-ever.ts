import { addUsage } from '../../domain/usage.ts'
import type { UsageTotals } from '../../domain/usage.ts'
import { mergeIntervals } from '../../domain/slice.ts'
import type { Interval } from '../../domain/slice.ts'
import type { WorkFilter, WorkGroup, WorkSum } from '../work-store.ts'
import { among, every, is, lists } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'
import { walked } from './session-rows.ts'
import { toTotals, usageOfSessions } from './usage-sums.ts'
import { ownActivity } from './work-activity.ts'
import { DID_ANYTHING } from './work-day-sums.ts'
import type { DaySum } from './work-day-sums.ts'
import { daySums } from './work-days.ts'
import type { Period } from './work-periods.ts'
import { inRange } from './work-sessions.ts'
import { emptySum } from './work-whole.ts'

/** Where sessions are noted that have to be looked at one by one: those that stood on something, those of people. */
export type ApartTable = 'frame_interval' | 'person_interval'

/** All time there is. */
export const EVER: readonly Period[] = [[-Infinity, Infinity]]

export function isEver(periods: readonly Period[]): boolean {
  return periods.length === 1 && periods[0]?.[0] === -Infinity && periods[0][1] === Infinity
}

const SESSIONS = 'FROM session s LEFT JOIN project p ON p.id = s.project_id'

/**
 * What sessions ever did, by key, from sums of days: no session is looked at by itself.
 *
 * @param undivided sessions that stood on something are among them
 */
export async function sumsOfEver(
  connection: Connection,
  { workspaceId }: Scope,
  group: Exclude<WorkGroup, 'session'>,
  { projectId, agent }: WorkFilter,
  undivided: boolean,
): Promise<WorkSum[]> {
  const projects = await projectsOf(connection, workspaceId)
  const keyOf: Record<typeof group, (sum: DaySum) => string | null> = {
    all: () => null,
    agent: (sum) => sum.agent,
    project: (sum) => projects.get(sum.projectId) ?? null,
    person: (sum) => (sum.userId === '' ? null : sum.userId),
  }
  const sums = new Map<string | null, WorkSum>()
  for (const sum of await daySums(connection, workspaceId)) {
    if (sum.stood === 1 && !undivided) continue
    if (agent !== undefined && sum.agent !== agent) continue
    if (projectId !== undefined && projects.get(sum.projectId) !== projectId) continue
    const key = keyOf[group](sum)
    let whole = sums.get(key)
    if (whole === undefined) sums.set(key, (whole = emptySum(key)))
    for (const row of sum.usage) addUsage(whole.usage, toTotals(row))
    for (const stretch of sum.stretches) whole.active.push(stretch)
    whole.activeMs += sum.activeMs
    whole.calls += sum.calls
    whole.failedCalls += sum.failed
    whole.sessions += sum.sessions
  }
  for (const { usage } of sums.values()) usage.unpricedModels.sort()
  return [...sums.values()]
}

async function projectsOf(connection: Connection, workspaceId: number): Promise<Map<number, string>> {
  const rows = await connection.all<{ id: number; uid: string }>('SELECT id, uid FROM project WHERE workspace_id = ?', [
    workspaceId,
  ])
  return new Map(rows.map(({ id, uid }) => [id, uid]))
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
  const sum = emptySum(row.uid)
  if (usage !== undefined) sum.usage = usage
  sum.active = active
  sum.activeMs = active.reduce((total, { startMs, endMs }) => total + endMs - startMs, 0)
  sum.calls = row.calls
  sum.failedCalls = row.failed
  sum.sessionIds.add(row.id)
  return sum
}
