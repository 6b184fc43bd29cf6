import { dropUnusedBlobs, findBlob, putAttachment, putBlob } from '../archive.ts'
import { first } from '../connection.ts'
import type { FrameDraft } from '../../ingest-batch.ts'
import type { Work } from './work.ts'

/** Keeps the batch's raw bytes. A frame that takes the place of the last one has its first record, so it replaces it. */
export async function storeArchive(work: Work): Promise<void> {
  const { connection, scope, batch } = work
  const blobIds = new Map<string, number>()
  for (const blob of batch.blobs) blobIds.set(blob.hash, await putBlob(connection, scope.workspaceId, blob))
  for (const frame of batch.frames) await storeFrame(work, frame, blobIds)
  for (const attachment of batch.attachments) {
    await putAttachment(connection, scope.workspaceId, work.transcript.id, attachment)
  }
}

async function storeFrame(work: Work, frame: FrameDraft, blobIds: Map<string, number>): Promise<void> {
  const { connection, scope, transcript } = work
  const row = await first<{ id: number }>(
    connection,
    `INSERT INTO frame (workspace_id, transcript_id, first_record, part, record_count, source_offset, source_bytes, raw_bytes,
       stored_bytes, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (workspace_id, transcript_id, first_record, part) DO UPDATE SET record_count = excluded.record_count,
       source_offset = excluded.source_offset, source_bytes = excluded.source_bytes, raw_bytes = excluded.raw_bytes,
       stored_bytes = excluded.stored_bytes, data = excluded.data
     RETURNING id`,
    [
      scope.workspaceId,
      transcript.id,
      frame.firstRecord,
      frame.part ?? -1,
      frame.recordCount,
      frame.sourceOffset,
      frame.sourceBytes,
      frame.rawBytes,
      frame.data.length,
      frame.data,
    ],
  )
  const frameId = row?.id as number
  if (frame.replacesTail) {
    await connection.run('DELETE FROM frame_blob WHERE workspace_id = ? AND frame_id = ?', [scope.workspaceId, frameId])
  }
  for (const [atByte, hash] of frame.blobs) {
    const blobId = blobIds.get(hash) ?? (await findBlob(connection, scope.workspaceId, hash))
    if (blobId === undefined) throw new Error(`frame at record ${frame.firstRecord} refers to a blob that is not there`)
    await connection.run(
      'INSERT INTO frame_blob (workspace_id, frame_id, at_byte, blob_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      [scope.workspaceId, frameId, atByte, blobId],
    )
  }
}

/**
 * Removes frames of a transcript, all or those before a record, and the blobs that nothing refers to any more.
 *
 * @param unusedOnly keeps frames of which an entry or a usage row is still there
 */
export async function dropFrames(
  { connection, scope }: Pick<Work, 'connection' | 'scope'>,
  transcriptId: number,
  beforeRecord?: number,
  unusedOnly = false,
): Promise<void> {
  const before = beforeRecord === undefined ? '' : ' AND first_record < ?'
  const which = `workspace_id = ? AND transcript_id = ?${before}${unusedOnly ? UNUSED : ''}`
  const values = [scope.workspaceId, transcriptId, ...(beforeRecord === undefined ? [] : [beforeRecord])]
  const frames = `SELECT id FROM frame WHERE ${which}`
  const blobs = await connection.all<{ blob_id: number }>(
    `SELECT DISTINCT blob_id FROM frame_blob WHERE workspace_id = ? AND frame_id IN (${frames})`,
    [scope.workspaceId, ...values],
  )
  await connection.run(`DELETE FROM frame_blob WHERE workspace_id = ? AND frame_id IN (${frames})`, [
    scope.workspaceId,
    ...values,
  ])
  await connection.run(`DELETE FROM frame WHERE ${which}`, values)
  await dropUnusedBlobs(
    connection,
    blobs.map((row) => row.blob_id),
  )
}

const UNUSED = ['entry', 'usage']
  .map(
    (table) => ` AND NOT EXISTS (SELECT 1 FROM ${table} x WHERE x.transcript_id = frame.transcript_id
      AND x.record >= frame.first_record AND x.record < frame.first_record + frame.record_count)`,
  )
  .join('')
