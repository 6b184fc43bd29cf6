import { TRANSCRIPT_KINDS } from '../../domain/transcript.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { entryRange } from './entry-slots.ts'
import { entryTime } from './entry-rows.ts'
import type { Scope } from './scope.ts'

/**
 * A session whose transcript inherited records is a fork of the session that owns the newest of them. What the agent's
 * own files say about a parent stands over this.
 */
export async function noteLineage(connection: Connection, scope: Scope, transcriptId: number): Promise<void> {
  const { workspaceId } = scope
  const transcript = await first<{ kind: number; session_id: number | null }>(
    connection,
    'SELECT kind, session_id FROM transcript WHERE id = ?',
    [transcriptId],
  )
  const session = transcript?.session_id ?? null
  if (session === null || transcript?.kind !== TRANSCRIPT_KINDS.indexOf('main')) return
  const newest = await first<{ id: number; shift: number; hash: number }>(
    connection,
    `SELECT id, shift, hash FROM entry WHERE workspace_id = ? AND transcript_id = ? AND flags & 1 = 1 ORDER BY id DESC LIMIT 1`,
    [workspaceId, transcriptId],
  )
  const parent = newest && (await ownerSession(connection, workspaceId, newest))
  if (parent !== undefined && parent !== session) {
    await connection.run(
      `UPDATE session SET parent_id = ?, relation = 'forks'
       WHERE id = ? AND parent_external_id IS NULL AND (relation IS NULL OR relation = 'forks')`,
      [parent, session],
    )
  } else {
    await connection.run(
      `UPDATE session SET parent_id = NULL, relation = NULL WHERE id = ? AND parent_external_id IS NULL AND relation = 'forks'`,
      [session],
    )
  }
}

async function ownerSession(
  connection: Connection,
  workspaceId: number,
  entry: { id: number; shift: number; hash: number },
): Promise<number | undefined> {
  const atMs = entryTime(entry.id, entry.shift)
  const range = await entryRange(connection, workspaceId, atMs)
  const row = await first<{ session_id: number }>(
    connection,
    `SELECT t.session_id FROM entry e JOIN transcript t ON t.id = e.transcript_id
     WHERE e.workspace_id = ? AND e.id >= ? AND e.id < ? AND e.hash = ? AND e.flags & 1 = 0 AND e.id / 2048 - e.shift = ?
       AND t.session_id IS NOT NULL LIMIT 1`,
    [workspaceId, range.from, range.to, entry.hash, atMs],
  )
  return row?.session_id
}
