import type { AttachmentDraft } from '../ingest-batch.ts'
import type { ArchiveStore, PlainFrame, StoredFrame } from '../archive-store.ts'
import { among, every, is } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'

/** Frames fetched at once: about 1 MiB. */
const FRAMES_AT_ONCE = 16

export function archiveStore({ database, workspaceId }: Scope): ArchiveStore {
  return {
    async *frames(transcriptId, range = {}) {
      const start = range.allReadings
        ? 0
        : await database.read((connection) => readingStart(connection, workspaceId, transcriptId))
      const from = Math.max(start, range.fromRecord ?? 0)
      let place: FramePlace | undefined
      for (;;) {
        const frames = await database.read((connection) =>
          readFrames(connection, workspaceId, transcriptId, { from, to: range.toRecord, after: place }),
        )
        yield* frames
        const last = frames.at(-1)
        if (last === undefined || frames.length < FRAMES_AT_ONCE) return
        place = { record: last.firstRecord, part: last.part ?? -1 }
      }
    },
    frameOf: (transcriptId, record) =>
      database.read(async (connection) => {
        const row = await first<PlainFrame>(
          connection,
          `SELECT transcript_id AS "transcriptId", first_record AS "firstRecord", record_count AS "recordCount", data
           FROM frame WHERE workspace_id = ? AND transcript_id = ? AND first_record <= ? AND part = -1
           ORDER BY first_record DESC LIMIT 1`,
          [workspaceId, transcriptId, record],
        )
        return row && record < row.firstRecord + row.recordCount ? row : undefined
      }),
    blob: (hash) =>
      database.read(async (connection) => {
        const row = await first<{ data: Uint8Array }>(
          connection,
          'SELECT data FROM blob WHERE workspace_id = ? AND hash = ?',
          [workspaceId, hash],
        )
        return row?.data
      }),
    attachments: (transcriptId) =>
      database.read((connection) =>
        connection.all<{ relativePath: string; blobHash: string; sizeBytes: number }>(
          `SELECT a.relative_path AS "relativePath", b.hash AS "blobHash", a.size_bytes AS "sizeBytes"
           FROM attachment a JOIN blob b ON b.id = a.blob_id
           WHERE a.workspace_id = ? AND a.transcript_id = ? ORDER BY a.relative_path`,
          [workspaceId, transcriptId],
        ),
      ),
    putAttachment: (transcriptId, attachment) =>
      database.write((connection) => putAttachment(connection, workspaceId, transcriptId, attachment), 'bulk'),
    size: ({ sessionId } = {}) =>
      database.read(async (connection) => {
        const own = every(
          is('workspace_id = ?', workspaceId),
          sessionId !== undefined &&
            is(
              'transcript_id IN (SELECT t.id FROM transcript t JOIN session s ON s.id = t.session_id WHERE s.uid = ?)',
              sessionId,
            ),
        )
        const frames = await first<{ raw: number; stored: number; count: number }>(
          connection,
          `SELECT CAST(COALESCE(SUM(raw_bytes), 0) AS BIGINT) AS raw, CAST(COALESCE(SUM(stored_bytes), 0) AS BIGINT) AS stored,
             COUNT(*) AS count FROM frame WHERE ${own.sql}`,
          own.values,
        )
        const blobs = await first<{ raw: number; stored: number; count: number }>(
          connection,
          `SELECT CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) AS raw, CAST(COALESCE(SUM(stored_bytes), 0) AS BIGINT) AS stored,
             COUNT(*) AS count FROM blob WHERE workspace_id = ?${sessionId === undefined ? '' : ' AND 1 = 0'}`,
          [workspaceId],
        )
        return {
          rawBytes: (frames?.raw ?? 0) + (blobs?.raw ?? 0),
          storedBytes: (frames?.stored ?? 0) + (blobs?.stored ?? 0),
          frames: frames?.count ?? 0,
          blobs: blobs?.count ?? 0,
        }
      }),
  }
}

/** The frame that was read last. */
interface FramePlace {
  record: number
  part: number
}

async function readingStart(connection: Connection, workspaceId: number, transcriptId: number): Promise<number> {
  const row = await first<{ base_record: number }>(
    connection,
    'SELECT base_record FROM transcript WHERE workspace_id = ? AND id = ?',
    [workspaceId, transcriptId],
  )
  return row?.base_record ?? 0
}

interface FrameRow {
  id: number
  first_record: number
  record_count: number
  source_offset: number
  source_bytes: number
  part: number
  data: Uint8Array
}

async function readFrames(
  connection: Connection,
  workspaceId: number,
  transcriptId: number,
  range: { from: number; to: number | undefined; after: FramePlace | undefined },
): Promise<StoredFrame[]> {
  const { from, to, after } = range
  const where = every(
    is('workspace_id = ? AND transcript_id = ?', workspaceId, transcriptId),
    after
      ? is('(first_record, part) > (?, ?)', after.record, after.part)
      : // Where the index is entered: at the frame that holds the record, not at the transcript's first.
        is(
          `first_record >= COALESCE((SELECT MAX(f.first_record) FROM frame f
             WHERE f.workspace_id = ? AND f.transcript_id = ? AND f.first_record <= ?), 0)`,
          workspaceId,
          transcriptId,
          from,
        ),
    // A piece of an oversized record counts no record of its own.
    is('(first_record + record_count > ? OR first_record >= ?)', from, from),
    to !== undefined && is('first_record <= ?', to),
  )
  const rows = await connection.all<FrameRow>(
    `SELECT id, first_record, record_count, source_offset, source_bytes, part, data FROM frame
     WHERE ${where.sql} ORDER BY first_record, part LIMIT ?`,
    [...where.values, FRAMES_AT_ONCE],
  )
  const cuts = await readCuts(
    connection,
    workspaceId,
    rows.map((row) => row.id),
  )
  return rows.map((row) => ({
    transcriptId,
    firstRecord: row.first_record,
    recordCount: row.record_count,
    sourceOffset: row.source_offset,
    sourceBytes: row.source_bytes,
    part: row.part === -1 ? null : row.part,
    data: row.data,
    blobs: cuts.get(row.id) ?? [],
  }))
}

async function readCuts(
  connection: Connection,
  workspaceId: number,
  frameIds: number[],
): Promise<Map<number, [number, string][]>> {
  const where = every(is('f.workspace_id = ?', workspaceId), among('f.frame_id', frameIds))
  const rows = await connection.all<{ frame_id: number; at_byte: number; hash: string }>(
    `SELECT f.frame_id, f.at_byte, b.hash FROM frame_blob f JOIN blob b ON b.id = f.blob_id
     WHERE ${where.sql} ORDER BY f.frame_id, f.at_byte`,
    where.values,
  )
  const cuts = new Map<number, [number, string][]>()
  for (const row of rows) {
    const known = cuts.get(row.frame_id)
    if (known) known.push([row.at_byte, row.hash])
    else cuts.set(row.frame_id, [[row.at_byte, row.hash]])
  }
  return cuts
}

export async function putAttachment(
  connection: Connection,
  workspaceId: number,
  transcriptId: number,
  attachment: AttachmentDraft,
): Promise<void> {
  const blobId = await putBlob(connection, workspaceId, attachment)
  const before = await first<{ blob_id: number }>(
    connection,
    'SELECT blob_id FROM attachment WHERE workspace_id = ? AND transcript_id = ? AND relative_path = ?',
    [workspaceId, transcriptId, attachment.relativePath],
  )
  await connection.run(
    `INSERT INTO attachment (workspace_id, transcript_id, relative_path, blob_id, size_bytes, device_inode, modified_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (workspace_id, transcript_id, relative_path) DO UPDATE SET blob_id = excluded.blob_id,
       size_bytes = excluded.size_bytes, device_inode = excluded.device_inode, modified_ms = excluded.modified_ms`,
    [
      workspaceId,
      transcriptId,
      attachment.relativePath,
      blobId,
      attachment.sizeBytes,
      attachment.deviceAndInode,
      attachment.modifiedAtMs,
    ],
  )
  if (before !== undefined && before.blob_id !== blobId) await dropUnusedBlobs(connection, [before.blob_id])
}

/** Keeps a blob once, by its hash. @returns its row id */
export async function putBlob(
  connection: Connection,
  workspaceId: number,
  blob: { hash: string; sizeBytes: number; data: Uint8Array },
): Promise<number> {
  const known = await findBlob(connection, workspaceId, blob.hash)
  if (known !== undefined) return known
  await connection.run(
    'INSERT INTO blob (workspace_id, hash, size_bytes, stored_bytes, data) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    [workspaceId, blob.hash, blob.sizeBytes, blob.data.length, blob.data],
  )
  return (await findBlob(connection, workspaceId, blob.hash)) as number
}

export async function findBlob(connection: Connection, workspaceId: number, hash: string): Promise<number | undefined> {
  const row = await first<{ id: number }>(connection, 'SELECT id FROM blob WHERE workspace_id = ? AND hash = ?', [
    workspaceId,
    hash,
  ])
  return row?.id
}

/** Removes those of the blobs that no frame and no attachment refers to any more. */
export async function dropUnusedBlobs(connection: Connection, blobIds: readonly number[]): Promise<void> {
  for (const id of blobIds) {
    await connection.run(
      `DELETE FROM blob WHERE id = ? AND NOT EXISTS (SELECT 1 FROM frame_blob f WHERE f.blob_id = blob.id)
       AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.blob_id = blob.id)`,
      [id],
    )
  }
}
