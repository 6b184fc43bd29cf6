import type { Connection } from './connection.ts'
import { mergeSessions } from './merge-sessions.ts'
import { iso } from './scope.ts'
import type { Scope } from './scope.ts'

const DAY_MS = 86_400_000

const WAITING = `FROM frame_interval f JOIN session s ON s.id = f.session_id
  WHERE f.workspace_id = ? AND f.call_hash IS NOT NULL AND s.external_id = s.uid AND s.called_ms >= ?`

/** Whether `uniteSessions` has anything to look for. */
export async function isAnyWaiting(connection: Connection, scope: Scope): Promise<boolean> {
  const values = [scope.workspaceId, scope.now() - 7 * DAY_MS]
  return (await connection.all(`SELECT 1 AS one ${WAITING} LIMIT 1`, values)).length > 0
}

/**
 * Finds sessions that tool calls opened without saying whose, and whose calls lie in a transcript by now: each becomes one with
 * that transcript's session. See `SessionStore.unite`.
 */
export async function uniteSessions(connection: Connection, scope: Scope): Promise<number> {
  const { workspaceId } = scope
  const waiting = await connection.all<{ uid: string; call_hash: number; from_ms: number }>(
    `SELECT s.uid, f.call_hash, f.from_ms ${WAITING} ORDER BY f.id`,
    [workspaceId, scope.now() - 7 * DAY_MS],
  )
  const done = new Set<string>()
  for (const { uid, call_hash: callHash, from_ms: fromMs } of waiting) {
    if (done.has(uid)) continue
    const found = await connection.all<{ uid: string }>(
      `SELECT DISTINCT s.uid FROM invocation i JOIN transcript t ON t.id = i.transcript_id JOIN session s ON s.id = t.session_id
       WHERE i.workspace_id = ? AND i.call_hash = ? AND i.inherited = 0 AND i.transcript_id IN (
         SELECT id FROM transcript WHERE workspace_id = ? AND last_ms >= ?)`,
      [workspaceId, callHash, workspaceId, fromMs - DAY_MS],
    )
    const [other] = found
    // A call that lies in two sessions says nothing.
    if (found.length !== 1 || other === undefined || other.uid === uid) continue
    await mergeSessions(connection, scope, uid, other.uid)
    done.add(uid)
  }
  return done.size
}

/** See `SessionStore.unbound`. */
export async function unboundSessions(
  connection: Connection,
  { workspaceId, now }: Scope,
): Promise<{ id: string; startedAt: string }[]> {
  const rows = await connection.all<{ uid: string; started_ms: number }>(
    `SELECT uid, started_ms FROM session WHERE workspace_id = ? AND channel = 'mcp' AND external_id = uid AND called_ms >= ?
     ORDER BY started_ms`,
    [workspaceId, now() - 7 * DAY_MS],
  )
  return rows.map(({ uid, started_ms: startedMs }) => ({ id: uid, startedAt: iso(startedMs) }))
}
