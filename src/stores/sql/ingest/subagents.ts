import { TRANSCRIPT_KINDS } from '../../../domain/transcript.ts'
import { first } from '../connection.ts'
import { sessionExternalId } from './session.ts'
import type { Work } from './work.ts'

const SUBAGENT = TRANSCRIPT_KINDS.indexOf('subagent')

/**
 * Joins subagents with the calls that started them, where the call's transcript names the subagent. Either may be read
 * first, so what a call said is kept. A subagent that goes on in a second call belongs to the first; what its own files
 * say stands over this.
 */
export async function linkSubagents(work: Work): Promise<void> {
  const { connection, scope, batch, transcript } = work
  const session = [scope.workspaceId, transcript.agent, sessionExternalId(work)]
  for (const { externalId, callId } of batch.facts.subagents) {
    await connection.run(
      `INSERT INTO subagent_call (workspace_id, agent, session_external_id, external_id, call_id) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (workspace_id, agent, session_external_id, external_id) DO NOTHING`,
      [...session, externalId, callId],
    )
    await connection.run(
      `UPDATE transcript SET parent_call_id = ?
       WHERE workspace_id = ? AND agent = ? AND session_external_id = ? AND external_id = ? AND kind = ${SUBAGENT}
         AND parent_call_id IS NULL`,
      [callId, ...session, externalId],
    )
  }
  if (transcript.kind !== SUBAGENT || !batch.done) return
  const told = await first<{ call_id: string }>(
    connection,
    `SELECT call_id FROM subagent_call
     WHERE workspace_id = ? AND agent = ? AND session_external_id = ? AND external_id = ?`,
    [...session, transcript.external_id],
  )
  if (!told) return
  await connection.run('UPDATE transcript SET parent_call_id = ? WHERE id = ? AND parent_call_id IS NULL', [
    told.call_id,
    transcript.id,
  ])
}
