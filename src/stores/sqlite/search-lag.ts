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
  const rows = await connection.all<Omit<IndexRow, 'type' | 'role'> & { type: number; role: number }>(
    `SELECT id AS rowId, record, block, type, role, flags FROM entry INDEXED BY entry_place
     WHERE transcript_id = ? AND record >= ? ORDER BY record, block LIMIT ?`,
    [transcriptId, fromRecord, limit],
  )
  return rows.map(({ rowId, record, block, type, role, flags }) => ({
    rowId,
    record,
    block,
    type: ENTRY_TYPES[type] as EntryType,
    role: ROLES[role] as Role,
    flags,
  }))
}

/** Transcripts with entries beyond their marks, newest first. */
export async function findLagging(connection: Connection, workspaceId: number): Promise<LaggingTranscript[]> {
  return connection.all<LaggingTranscript>(
    `SELECT t.id AS transcriptId, t.agent, COALESCE(m.through_record, 0) AS fromRecord, t.next_record AS toRecord,
       COALESCE(m.epoch, 0) AS epoch
     FROM transcript t LEFT JOIN search_mark m ON m.transcript_id = t.id
     WHERE t.workspace_id = ? AND t.next_record <> COALESCE(m.through_record, 0)
     ORDER BY t.last_ms DESC`,
    [workspaceId],
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
