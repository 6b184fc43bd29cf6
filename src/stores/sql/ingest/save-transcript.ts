import type { IngestFacts } from '../../ingest-batch.ts'
import type { Pending, Work } from './work.ts'

/** Writes down how far the transcript was read, and what it holds by now. */
export async function saveTranscript(
  { connection, scope, batch, transcript, pending }: Work,
  facts?: IngestFacts,
): Promise<void> {
  await connection.run(
    `UPDATE transcript SET session_external_id = COALESCE(?, session_external_id), title = ?, title_source = ?,
       parent_call_id = COALESCE(?, parent_call_id), last_record_hash = COALESCE(?, last_record_hash),
       opened_ms = COALESCE(?, opened_ms), session_id = ?, kind = ?, device = ?, inode = ?, size_bytes = ?, modified_ms = ?, read_bytes = ?,
       base_record = ?, next_record = ?, next_line = ?, first_hash = ?, first_ms = ?, last_ms = ?, own_ms = ?, entry_count = ?,
       message_count = ?, invocation_count = ?, failed_count = ?, tool_ms = ?, gone_at = NULL, pending = ?,
       beside_hash = COALESCE(?, beside_hash) WHERE id = ?`,
    [
      facts?.sessionExternalId ?? null,
      transcript.title,
      transcript.title_source,
      facts?.parentCallId ?? null,
      facts?.lastRecordHash ?? null,
      facts?.openedAtMs ?? null,
      transcript.session_id,
      transcript.kind,
      batch.device,
      batch.inode,
      batch.sizeBytes,
      batch.modifiedAtMs,
      batch.offset,
      batch.baseRecord,
      batch.nextRecord,
      batch.nextLine,
      transcript.first_hash,
      transcript.first_ms,
      transcript.last_ms,
      transcript.own_ms,
      transcript.entry_count,
      transcript.message_count,
      transcript.invocation_count,
      transcript.failed_count,
      transcript.tool_ms,
      pendingText(pending),
      batch.besideHash,
      transcript.id,
    ],
  )
  await connection.run(
    `INSERT INTO reading (workspace_id, transcript_id, cursor) VALUES (?, ?, ?)
     ON CONFLICT (workspace_id, transcript_id) DO UPDATE SET cursor = excluded.cursor`,
    [scope.workspaceId, transcript.id, batch.cursor],
  )
}

/** Null where nothing is pending. */
export function pendingText(pending: Pending): string | null {
  const text = JSON.stringify(pending)
  return text === '{}' ? null : text
}
