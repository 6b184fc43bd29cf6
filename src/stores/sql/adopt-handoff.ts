import type { AdoptedHandoff } from '../import-store.ts'
import { sha256 } from '../../domain/sha256.ts'
import type { Connection } from './connection.ts'
import { rowIdOf } from './row-id.ts'
import type { Scope } from './scope.ts'

/** Keeps a handoff as it was elsewhere: for the project that its session is in here. */
export async function adoptHandoff(connection: Connection, scope: Scope, handoff: AdoptedHandoff): Promise<void> {
  const { workspaceId } = scope
  const session = await rowIdOf(connection, scope, 'session', handoff.sessionId)
  await connection.run(
    `INSERT INTO handoff (workspace_id, uid, session_id, project_id, ticket_id, version, payload, markdown, sha256, state,
       offered_at, offered_by, shown_at, accepted_at, accepted_by, superseded_at, expired_at)
     VALUES (?, ?, ?, (SELECT project_id FROM session WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
    [
      workspaceId,
      handoff.id,
      session,
      session,
      await rowIdOf(connection, scope, 'ticket', handoff.ticketId),
      handoff.version,
      JSON.stringify(handoff.payload),
      handoff.markdown,
      sha256(handoff.markdown),
      handoff.state,
      handoff.offeredAt,
      handoff.offeredBy,
      handoff.shownAt,
      handoff.acceptedAt,
      handoff.acceptedBy,
      handoff.supersededAt,
      handoff.expiredAt,
    ],
  )
  if (handoff.state === 'offered') await connection.run('UPDATE session SET handoff_ready = 1 WHERE id = ?', [session])
}

/** Who is named by a handoff, as far as they are here. */
export async function settleHandoff(connection: Connection, scope: Scope, handoff: AdoptedHandoff): Promise<void> {
  const { workspaceId } = scope
  const session = '(SELECT id FROM session WHERE workspace_id = ? AND uid = ?)'
  await connection.run(
    `UPDATE handoff SET shown_to_id = ${session}, accepted_by_id = ${session},
       superseded_by_id = (SELECT h.id FROM handoff h WHERE h.workspace_id = ? AND h.uid = ?)
     WHERE workspace_id = ? AND uid = ? AND session_id = ${session}`,
    [
      workspaceId,
      handoff.shownToSessionId,
      workspaceId,
      handoff.acceptedBySessionId,
      workspaceId,
      handoff.supersededById,
      workspaceId,
      handoff.id,
      workspaceId,
      handoff.sessionId,
    ],
  )
}
