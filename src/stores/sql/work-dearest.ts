import { mergeIntervals } from '../../domain/slice.ts'
import type { Interval } from '../../domain/slice.ts'
import type { UsageTotals } from '../../domain/usage.ts'
import type { WorkFilter, WorkSum } from '../work-store.ts'
import { every, is, lists } from './condition.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'
import { walked } from './session-rows.ts'
import { usageOfSessions } from './usage-sums.ts'
import { ownActivity } from './work-activity.ts'
import { emptySum } from './work-kept.ts'
import type { Period } from './work-periods.ts'
import { inRange } from './work-sessions.ts'

/** All time there is. */
export const EVER: readonly Period[] = [[-Infinity, Infinity]]

/** Sessions that did anything: what each has in its row, and its usage in one for each model. */
const DID_ANYTHING = is(
  `(s.invocation_count > 0 OR s.active_ms > 0 OR EXISTS (SELECT 1 FROM usage_session u
     WHERE u.workspace_id = s.workspace_id AND u.session_id = s.id AND u.responses > 0))`,
)

interface DearRow {
  id: number
  uid: string
  calls: number
  failed: number
}

/** The dearest sessions of all time but those of people, each a sum by itself: cost, then output, then time. */
export async function dearestSessions(
  connection: Connection,
  scope: Scope,
  filter: WorkFilter,
  limit: number,
): Promise<WorkSum[]> {
  const { workspaceId } = scope
  const ofNoPerson = is('s.id NOT IN (SELECT session_id FROM person_interval WHERE workspace_id = ?)', workspaceId)
  const where = walked(scope, every(inRange(workspaceId, filter, EVER, 0), ofNoPerson, DID_ANYTHING), filter)
  const rows = await connection.all<DearRow>(
    `SELECT s.id, s.uid, s.invocation_count AS calls, s.failed_count AS failed
     FROM session s LEFT JOIN project p ON p.id = s.project_id
       LEFT JOIN (SELECT u.session_id, SUM(u.cost_microdollars) AS cost, SUM(u.output_tokens) AS output
         FROM usage_session u WHERE u.workspace_id = ? GROUP BY u.session_id) d ON d.session_id = s.id
     WHERE ${where.sql} ORDER BY COALESCE(d.cost, 0) DESC, COALESCE(d.output, 0) DESC, s.active_ms DESC, s.uid LIMIT ?`,
    [workspaceId, ...where.values, limit],
  )
  const ids = rows.map(({ id }) => id)
  const usage = await usageOfSessions(connection, workspaceId, ids)
  const active = new Map<number, Interval[]>()
  for (const some of lists(ids)) {
    const stretches = await ownActivity(connection, some)
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
