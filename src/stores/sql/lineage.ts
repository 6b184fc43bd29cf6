import { TRANSCRIPT_KINDS } from '../../domain/transcript.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { partnersOf } from './partners.ts'
import type { Scope } from './scope.ts'

const MAIN = TRANSCRIPT_KINDS.indexOf('main')

/**
 * A session whose transcript inherited records is a fork of the session that owns the newest of them. What the agent's
 * own files say about a parent stands over this.
 */
export async function noteLineage(connection: Connection, scope: Scope, transcriptId: number): Promise<void> {
  const transcript = await first<{ kind: number; session_id: number | null }>(
    connection,
    'SELECT kind, session_id FROM transcript WHERE id = ?',
    [transcriptId],
  )
  const session = transcript?.session_id ?? null
  if (session === null || transcript?.kind !== MAIN) return
  const parent = await parentOf(connection, scope, session)
  if (parent !== undefined) {
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

/** Looked for in all the session's transcripts: one that was copied to another folder inherits from its own session. */
async function parentOf(connection: Connection, scope: Scope, session: number): Promise<number | undefined> {
  const { workspaceId } = scope
  const transcripts = await connection.all<{ id: number }>(
    'SELECT id FROM transcript WHERE session_id = ? AND kind = ? ORDER BY first_ms, path',
    [session, MAIN],
  )
  for (const { id } of transcripts) {
    const newest = await first<{ hash: number }>(
      connection,
      `SELECT hash FROM entry WHERE workspace_id = ? AND transcript_id = ? AND flags & 1 = 1 ORDER BY id DESC LIMIT 1`,
      [workspaceId, id],
    )
    const owner = newest && (await ownerSession(connection, scope, id, newest.hash))
    if (owner !== undefined && owner !== session) return owner
  }
  return undefined
}

async function ownerSession(
  connection: Connection,
  scope: Scope,
  transcriptId: number,
  hash: number,
): Promise<number | undefined> {
  for (const partner of await partnersOf(connection, scope, transcriptId)) {
    const row = await first<{ session_id: number | null }>(
      connection,
      `SELECT t.session_id FROM entry e JOIN transcript t ON t.id = e.transcript_id
       WHERE e.workspace_id = ? AND e.transcript_id = ? AND e.hash = ? AND e.flags & 1 = 0`,
      [scope.workspaceId, partner, hash],
    )
    if (row?.session_id) return row.session_id
  }
  return undefined
}
