import { ENTRY_FLAG, ENTRY_TYPES, ROLES, type EntryType, type Role } from '../../domain/entry.ts'
import type { Connection } from '../sql/connection.ts'
import type { IndexRow, LaggingTranscript } from '../search-store.ts'

const UNCOUNTED_FLAGS = ENTRY_FLAG.inherited | ENTRY_FLAG.withdrawn

/** Rows of one transcript, in file order. */
export async function readRows(
  connection: Connection,
  transcriptId: number,
  fromRecord: number,
  limit: number,
): Promise<IndexRow[]> {
  const rows = await connection.all<NumberedRow>(
    `SELECT id AS rowId, record, block, type, role, flags FROM entry INDEXED BY entry_place
     WHERE transcript_id = ? AND record >= ? ORDER BY record, block LIMIT ?`,
    [transcriptId, fromRecord, limit],
  )
  return rows.map(named)
}

/** Rows of one transcript's calls before `fromRecord` whose failure one of [fromRecord, toRecord) tells, in file order. */
export async function readFailedSince(
  connection: Connection,
  transcriptId: number,
  fromRecord: number,
  toRecord: number,
): Promise<IndexRow[]> {
  const rows = await connection.all<NumberedRow>(
    `SELECT e.id AS rowId, e.record, e.block, e.type, e.role, e.flags FROM invocation i JOIN entry e ON e.id = i.id
     WHERE i.transcript_id = ? AND e.record < ? AND i.result_record >= ? AND i.result_record < ?
       AND e.flags & ${ENTRY_FLAG.failed} <> 0
     ORDER BY e.record, e.block`,
    [transcriptId, fromRecord, fromRecord, toRecord],
  )
  return rows.map(named)
}

type NumberedRow = Omit<IndexRow, 'type' | 'role'> & { type: number; role: number }

function named({ type, role, ...row }: NumberedRow): IndexRow {
  return { ...row, type: ENTRY_TYPES[type] as EntryType, role: ROLES[role] as Role }
}

/** Transcripts with entries beyond their marks, newest first: all of them, or of those named. */
export async function findLagging(
  connection: Connection,
  workspaceId: number,
  transcriptIds?: readonly number[],
): Promise<LaggingTranscript[]> {
  const named = transcriptIds === undefined ? '' : 'AND t.id IN (SELECT value FROM json_each(?))'
  return connection.all<LaggingTranscript>(
    `SELECT t.id AS transcriptId, t.agent, COALESCE(m.through_record, 0) AS fromRecord, t.next_record AS toRecord,
       COALESCE(m.epoch, 0) AS epoch
     FROM transcript t LEFT JOIN search_mark m ON m.transcript_id = t.id
     WHERE t.workspace_id = ? AND t.next_record <> COALESCE(m.through_record, 0) ${named}
     ORDER BY t.last_ms DESC`,
    transcriptIds === undefined ? [workspaceId] : [workspaceId, JSON.stringify(transcriptIds)],
  )
}

/**
 * Counted entries only: copies in forks and what was taken back are neither in `entries` nor in `indexed`.
 *
 * @param lags whether any transcript has entries beyond its mark
 */
export async function countProgress(
  connection: Connection,
  workspaceId: number,
  lags: boolean,
): Promise<{ entries: number; indexed: number }> {
  const [all] = await connection.all<{ entries: number }>(
    'SELECT COALESCE(SUM(entry_count), 0) AS entries FROM transcript WHERE workspace_id = ?',
    [workspaceId],
  )
  const entries = all?.entries ?? 0
  if (!lags) return { entries, indexed: entries }
  const [waiting] = await connection.all<{ entries: number }>(
    `SELECT COALESCE(SUM(CASE WHEN COALESCE(m.through_record, 0) = 0 THEN t.entry_count ELSE
       (SELECT COUNT(*) FROM entry e INDEXED BY entry_place
        WHERE e.transcript_id = t.id AND e.record >= m.through_record AND e.flags & ${UNCOUNTED_FLAGS} = 0) END), 0) AS entries
     FROM transcript t LEFT JOIN search_mark m ON m.transcript_id = t.id
     WHERE t.workspace_id = ? AND t.next_record <> COALESCE(m.through_record, 0)`,
    [workspaceId],
  )
  return { entries, indexed: entries - (waiting?.entries ?? 0) }
}
