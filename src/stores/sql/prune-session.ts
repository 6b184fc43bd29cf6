import { hasNoFile } from '../../domain/transcript.ts'
import type { Pruned } from '../session-store.ts'
import { eraseActivities } from './activities.ts'
import { dropUnusedBlobs } from './archive.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { getSession } from './get-session.ts'
import { dropFrames } from './ingest/archive.ts'
import { lockHistory, nowIso } from './scope.ts'
import type { Scope } from './scope.ts'

/**
 * Takes a session's content out; see `SessionStore.prune`. Rows of numbers stay: entries and calls without a word of theirs, so
 * that usage, time and what counts toward which ticket remain what they were.
 */
export async function pruneSession(connection: Connection, scope: Scope, id: string): Promise<Pruned> {
  const { workspaceId } = scope
  await lockHistory(connection, scope)
  const session = await getSession(connection, scope, id)
  const transcripts = await connection.all<{
    id: number
    agent: string
    path: string
    last_record_hash: number | null
  }>(
    `SELECT t.id, t.agent, t.path, t.last_record_hash FROM transcript t JOIN session s ON s.id = t.session_id
     WHERE s.workspace_id = ? AND s.uid = ?`,
    [workspaceId, session.id],
  )
  const pruned: Pruned = { sizeBytes: 0, transcriptIds: transcripts.map((transcript) => transcript.id) }
  for (const transcript of transcripts) pruned.sizeBytes += await pruneTranscript(connection, scope, transcript)
  await forgetTitles(connection, workspaceId, session.agent, transcripts)
  for (const table of SAID) {
    await connection.run(
      `DELETE FROM ${table} WHERE workspace_id = ? AND session_id = (SELECT id FROM session WHERE workspace_id = ? AND uid = ?)`,
      [workspaceId, workspaceId, session.id],
    )
  }
  await connection.run(
    `UPDATE session SET pruned_at = ?, title = NULL, title_source = NULL, purpose = NULL, summary_markdown = NULL,
       compact_markdown = NULL, custom_metadata = '{}', handoff_ready = 0 WHERE workspace_id = ? AND uid = ?`,
    [nowIso(scope), workspaceId, session.id],
  )
  await eraseActivities(connection, workspaceId, session.id, nowIso(scope))
  return pruned
}

/** Tables of what was said about the session. What was said about a ticket is the ticket's. */
const SAID = ['session_note', 'session_data', 'handoff', 'presence', 'binding']

/** @returns stored bytes that went */
async function pruneTranscript(
  connection: Connection,
  scope: Scope,
  { id: transcriptId, ...transcript }: { id: number; agent: string; path: string },
): Promise<number> {
  const place = [scope.workspaceId, transcriptId]
  const attached = await connection.all<{ id: number; bytes: number }>(
    `SELECT b.id, b.stored_bytes AS bytes FROM attachment a JOIN blob b ON b.id = a.blob_id
     WHERE a.workspace_id = ? AND a.transcript_id = ?`,
    place,
  )
  const frames = await first<{ bytes: number }>(
    connection,
    `SELECT CAST(COALESCE(SUM(stored_bytes), 0) AS BIGINT) AS bytes FROM frame WHERE workspace_id = ? AND transcript_id = ?`,
    place,
  )
  await dropFrames({ connection, scope }, transcriptId)
  for (const table of ['attachment', 'plan', 'file_change', 'commit_seen', 'problem', 'unknown_record']) {
    await connection.run(`DELETE FROM ${table} WHERE workspace_id = ? AND transcript_id = ?`, place)
  }
  await dropUnusedBlobs(
    connection,
    attached.map((blob) => blob.id),
  )
  await connection.run(`UPDATE invocation SET subject = '' WHERE workspace_id = ? AND transcript_id = ?`, place)
  await connection.run(
    `UPDATE transcript SET pruned_records = next_record, title = NULL, title_source = NULL, pending = NULL
     WHERE workspace_id = ? AND id = ?`,
    place,
  )
  if (!hasNoFile(transcript)) await readFromStart(connection, place)
  return (frames?.bytes ?? 0) + attached.reduce((sum, blob) => sum + blob.bytes, 0)
}

/** A reader's cursor holds text, so it goes: should the source change, it is read anew. What lies in no file is not read again. */
async function readFromStart(connection: Connection, place: readonly number[]): Promise<void> {
  await connection.run('DELETE FROM reading WHERE workspace_id = ? AND transcript_id = ?', place)
  await connection.run(
    'UPDATE transcript SET base_record = 0, next_record = 0, next_line = 0 WHERE workspace_id = ? AND id = ?',
    place,
  )
}

/** Titles that other files gave these conversations, and those that these gave others and that still wait. */
export async function forgetTitles(
  connection: Connection,
  workspaceId: number,
  agent: string,
  transcripts: readonly { id: number; last_record_hash: number | null }[],
): Promise<void> {
  for (const { id, last_record_hash: hash } of transcripts) {
    await connection.run(
      'DELETE FROM pending_title WHERE workspace_id = ? AND agent = ? AND (record_hash = ? OR transcript_id = ?)',
      [workspaceId, agent, hash, id],
    )
  }
}
