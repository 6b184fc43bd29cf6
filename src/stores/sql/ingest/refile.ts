import { TRANSCRIPT_KINDS } from '../../../domain/transcript.ts'
import { first } from '../connection.ts'
import { refreshSession } from '../recount.ts'
import { usageColumns } from '../usage-groups.ts'
import type { UsageRecord } from '../usage-groups.ts'
import { staleSessions } from '../work-stale.ts'
import { ensureSession } from './session.ts'
import type { Work } from './work.ts'

const SUBAGENT = TRANSCRIPT_KINDS.indexOf('subagent')

/**
 * Moves a subagent's transcript to the session that its own lines name, where lines it had copied named another before. A
 * rebuild moves nothing: the folder may have said where it belongs, and is not in the archive.
 *
 * @returns row id of the session it left, to be given to `leave`
 */
export async function refile(work: Work): Promise<number | undefined> {
  const { connection, scope, batch, transcript, pending, ledger } = work
  const { session_id: left, session_external_id: before } = transcript
  const named = batch.facts.sessionExternalId
  if (
    left === null ||
    pending.rebuilding === true ||
    transcript.kind !== SUBAGENT ||
    named === null ||
    before === null ||
    named === before
  )
    return
  transcript.session_id = null
  await ensureSession(work)
  if (transcript.session_id === null) {
    transcript.session_id = left
    return
  }
  const counted = await connection.all<UsageRecord>(
    `SELECT ${usageColumns('usage')} FROM usage WHERE workspace_id = ? AND transcript_id = ? AND inherited = 0`,
    [scope.workspaceId, transcript.id],
  )
  for (const row of counted) {
    ledger.count(left, row, -1)
    ledger.count(transcript.session_id, row, 1)
  }
  return left
}

/** Brings the session that a transcript left up to date; one that was made for it alone goes. */
export async function leave({ connection, scope, transcript }: Work, sessionId: number): Promise<void> {
  await refreshSession(connection, sessionId, true)
  const isBare = await first(
    connection,
    `SELECT 1 AS one FROM session s WHERE s.id = ? AND s.channel = 'import' AND s.key_number IS NULL AND s.called_ms IS NULL
     AND NOT EXISTS (SELECT 1 FROM transcript t WHERE t.session_id = s.id)
     AND NOT EXISTS (SELECT 1 FROM frame_interval f WHERE f.session_id = s.id)
     AND NOT EXISTS (SELECT 1 FROM session_note n WHERE n.session_id = s.id)`,
    [sessionId],
  )
  if (!isBare) return
  await staleSessions(connection, [sessionId])
  await connection.run(
    `UPDATE activity SET session_uid = ?
     WHERE workspace_id = ? AND session_uid = (SELECT uid FROM session WHERE id = ?)`,
    [transcript.session_uid, scope.workspaceId, sessionId],
  )
  await connection.run('UPDATE session SET parent_id = NULL WHERE workspace_id = ? AND parent_id = ?', [
    scope.workspaceId,
    sessionId,
  ])
  await connection.run('DELETE FROM session WHERE workspace_id = ? AND id = ?', [scope.workspaceId, sessionId])
}
