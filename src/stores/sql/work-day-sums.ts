import { mergeIntervals } from '../../domain/slice.ts'
import type { Interval } from '../../domain/slice.ts'
import { every, is } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'
import { QUARTER_SUMS } from './usage-sums.ts'
import type { SumRow } from './usage-sums.ts'
import { DAY_MS } from './work-stale.ts'

/** What sessions ever did that began on one day and that reports do not tell apart. */
export interface DaySum {
  day: number
  agent: string
  /** Row id; 0 for none. */
  projectId: number
  /** Empty where it is not recorded. */
  userId: string
  /** Something was current in them. */
  stood: number
  sessions: number
  calls: number
  failed: number
  activeMs: number
  /** By model. */
  usage: SumRow[]
  /** Merged. */
  stretches: Interval[]
}

/** Sessions that did anything: what each has in its row, and its usage in one for each model. */
export const DID_ANYTHING = is(
  `(s.invocation_count > 0 OR s.active_ms > 0 OR EXISTS (SELECT 1 FROM usage_session u
     WHERE u.workspace_id = s.workspace_id AND u.session_id = s.id))`,
)
/** What tells sums apart, of session `s`. */
const PLACE = `s.started_ms / ${DAY_MS} AS day, s.agent, COALESCE(s.project_id, 0) AS "projectId", COALESCE(s.user_id, '') AS "userId",
  CASE WHEN EXISTS (SELECT 1 FROM frame_interval f WHERE f.session_id = s.id) THEN 1 ELSE 0 END AS stood`
const OF_NO_PERSON = is('NOT EXISTS (SELECT 1 FROM person_interval i WHERE i.session_id = s.id)')

type Place = Pick<DaySum, 'day' | 'agent' | 'projectId' | 'userId' | 'stood'>

/** Adds up what sessions ever did that began on some days, from their own rows. */
export async function sumDays(connection: Connection, workspaceId: number, days: readonly number[]): Promise<DaySum[]> {
  const sums = new Map<string, DaySum>()
  const at = ({ day, agent, projectId, userId, stood }: Place): DaySum => {
    const key = JSON.stringify([day, agent, projectId, userId, stood])
    let sum = sums.get(key)
    if (sum === undefined) {
      const nothing = { sessions: 0, calls: 0, failed: 0, activeMs: 0, usage: [], stretches: [] }
      sums.set(key, (sum = { day, agent, projectId, userId, stood, ...nothing }))
    }
    return sum
  }
  for (const [from, to] of runsOf(days)) {
    const where = every(
      is('s.workspace_id = ? AND s.started_ms >= ? AND s.started_ms < ?', workspaceId, from * DAY_MS, to * DAY_MS),
      OF_NO_PERSON,
    )
    for (const { sessions, calls, failed, activeMs, ...place } of await countersOf(connection, where))
      Object.assign(at(place), { sessions, calls, failed, activeMs })
    for (const { day, agent, projectId, userId, stood, ...row } of await usageOf(connection, where))
      if (row.responses > 0) at({ day, agent, projectId, userId, stood }).usage.push(row)
    for (const { startMs, endMs, ...place } of await stretchesOf(connection, where))
      at(place).stretches.push({ startMs, endMs })
  }
  for (const sum of sums.values()) sum.stretches = mergeIntervals(sum.stretches)
  return [...sums.values()]
}

/** Days that follow one another as `[first, behind the last]`. */
function runsOf(days: readonly number[]): [number, number][] {
  const runs: [number, number][] = []
  for (const day of days) {
    const last = runs.at(-1)
    if (last?.[1] === day) last[1] = day + 1
    else runs.push([day, day + 1])
  }
  return runs
}

function countersOf(connection: Connection, where: Condition) {
  return connection.all<Place & Pick<DaySum, 'sessions' | 'calls' | 'failed' | 'activeMs'>>(
    `SELECT ${PLACE}, COUNT(*) AS sessions, CAST(SUM(s.invocation_count) AS BIGINT) AS calls,
       CAST(SUM(s.failed_count) AS BIGINT) AS failed, CAST(SUM(s.active_ms) AS BIGINT) AS "activeMs"
     FROM session s WHERE ${where.sql} AND ${DID_ANYTHING.sql} GROUP BY 1, 2, 3, 4, 5`,
    where.values,
  )
}

// CROSS: SQLite walks tables in the order they are named, from the sessions of the days.
function usageOf(connection: Connection, where: Condition) {
  return connection.all<Place & SumRow>(
    `SELECT ${PLACE}, '' AS key, n.text AS model, ${QUARTER_SUMS}
     FROM session s CROSS JOIN usage_session u JOIN name n ON n.id = u.model_id
     WHERE ${where.sql} AND u.workspace_id = s.workspace_id AND u.session_id = s.id GROUP BY 1, 2, 3, 4, 5, n.text ORDER BY n.text`,
    where.values,
  )
}

function stretchesOf(connection: Connection, where: Condition): Promise<(Place & Interval)[]> {
  return connection.all(
    `SELECT ${PLACE}, CASE WHEN a.start_ms < t.own_ms THEN t.own_ms ELSE a.start_ms END AS "startMs", a.end_ms AS "endMs"
     FROM session s CROSS JOIN transcript t CROSS JOIN active_interval a
     WHERE ${where.sql} AND a.transcript_id = t.id AND a.workspace_id = t.workspace_id AND t.session_id = s.id AND t.workspace_id = s.workspace_id AND t.own_ms IS NOT NULL AND a.end_ms > a.start_ms AND a.end_ms > t.own_ms`,
    where.values,
  )
}
