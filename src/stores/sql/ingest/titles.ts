import { TITLE_SOURCES } from '../../../domain/session.ts'
import { first } from '../connection.ts'
import { titleSession } from './session.ts'
import type { Work } from './work.ts'

const AGENT = TITLE_SOURCES.indexOf('agent')

/**
 * Titles that name the last record of a conversation in another file. Either side may be read first, so each is kept and
 * looks for the other.
 */
export async function matchTitles(work: Work): Promise<void> {
  const { connection, scope, batch, transcript } = work
  for (const { recordHash, title } of batch.facts.titlesFor) {
    await connection.run(
      `INSERT INTO pending_title (workspace_id, agent, record_hash, title, transcript_id) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (workspace_id, agent, record_hash) DO UPDATE SET title = excluded.title,
         transcript_id = excluded.transcript_id`,
      [scope.workspaceId, transcript.agent, recordHash, title, transcript.id],
    )
    const ended = await connection.all<{ session_id: number }>(
      `SELECT session_id FROM transcript
       WHERE workspace_id = ? AND last_record_hash = ? AND agent = ? AND kind = 0 AND session_id IS NOT NULL`,
      [scope.workspaceId, recordHash, transcript.agent],
    )
    for (const row of ended) await titleSession(work, row.session_id, title, AGENT)
  }
  const { session_id: sessionId, last_record_hash: lastHash } = transcript
  if (!batch.done || sessionId === null || lastHash === null || transcript.kind !== 0) return
  const waiting = await first<{ title: string }>(
    connection,
    'SELECT title FROM pending_title WHERE workspace_id = ? AND agent = ? AND record_hash = ?',
    [scope.workspaceId, transcript.agent, lastHash],
  )
  if (waiting) await titleSession(work, sessionId, waiting.title, AGENT)
}
