import { PERSON } from '../../domain/session.ts'
import type { WorkFilter, WorkPart } from '../work-store.ts'
import { every, is } from './condition.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'
import { periodsOf } from './work-periods.ts'
import { inRange } from './work-sessions.ts'
import type { WorkSession } from './work-sessions.ts'

interface SilentSession extends WorkSession {
  /** Its own counters tell of work, and nothing ever stood on it. */
  is_plain: number
}

/**
 * Sessions with work in the range that belongs to nothing, all of it; the last active first. Most of them are told by their own row;
 * `partsOf` is asked about the others.
 */
export async function unattributedSessions(
  connection: Connection,
  { workspaceId, idleMs }: Scope,
  filter: WorkFilter,
  partsOf: (sessions: readonly SilentSession[]) => Promise<WorkPart[]>,
): Promise<string[]> {
  const periods = periodsOf(filter, undefined)
  const [period] = periods
  if (period === undefined) return []
  const where = every(
    inRange(workspaceId, filter, periods, idleMs),
    is(`s.stack = '[]' AND s.opted_out = 0 AND s.pruned_at IS NULL`),
  )
  const silent = await connection.all<SilentSession>(
    `SELECT s.id, s.uid, s.started_ms, s.last_ms, CASE WHEN s.agent <> '${PERSON}'
       AND (s.active_ms > 0 OR EXISTS (SELECT 1 FROM usage_session u
         WHERE u.workspace_id = s.workspace_id AND u.session_id = s.id AND u.responses > 0))
       AND NOT EXISTS (SELECT 1 FROM frame_interval f WHERE f.session_id = s.id) THEN 1 ELSE 0 END AS is_plain
     FROM session s LEFT JOIN project p ON p.id = s.project_id WHERE ${where.sql} ORDER BY s.last_ms DESC, s.uid DESC`,
    where.values,
  )
  const isPlain = ({ is_plain: plain, started_ms: startedMs, last_ms: lastMs }: SilentSession): boolean =>
    plain === 1 && period[0] <= startedMs && lastMs < period[1]
  const parts = await partsOf(silent.filter((session) => !isPlain(session)))
  const said = new Set(parts.flatMap(({ sessionId, attribution }) => (attribution === 'unattributed' ? [] : sessionId)))
  const worked = new Set(parts.map(({ sessionId }) => sessionId))
  return silent
    .filter((session) => isPlain(session) || (worked.has(session.uid) && !said.has(session.uid)))
    .map(({ uid }) => uid)
}
