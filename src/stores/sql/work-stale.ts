import { among, every, is, lists } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'

/** Milliseconds of a day of UTC. */
export const DAY_MS = 86_400_000

/**
 * Says that what is kept of the days on which some sessions began holds no more. In the transaction that changes them: where that
 * may move a session to another day or take it away, before as well.
 *
 * A mark that is there is counted up, so that whoever works its day out at the same time, and does not see this change yet, does
 * not take it away.
 *
 * @param which a condition on session `s`
 */
export async function staleDays(connection: Connection, which: Condition): Promise<void> {
  await connection.run(
    `INSERT INTO work_stale (workspace_id, day, changes)
     SELECT DISTINCT s.workspace_id, s.started_ms / ${DAY_MS}, 1 FROM session s WHERE ${which.sql}
     ON CONFLICT (workspace_id, day) DO UPDATE SET changes = work_stale.changes + 1`,
    which.values,
  )
}

/** `staleDays` of sessions by row id. */
export async function staleSessions(connection: Connection, sessionIds: readonly number[]): Promise<void> {
  for (const some of lists(sessionIds)) await staleDays(connection, among('s.id', some))
}

/** `staleDays` of one session by its id. */
export function staleSession(connection: Connection, workspaceId: number, uid: string): Promise<void> {
  return staleDays(connection, every(is('s.workspace_id = ?', workspaceId), is('s.uid = ?', uid)))
}
