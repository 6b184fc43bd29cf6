import type { Connection } from './connection.ts'
import { sessionOfTranscript } from './session-of.ts'
import type { Scope } from './scope.ts'
import { usageColumns } from './usage-groups.ts'
import type { UsageRecord } from './usage-groups.ts'
import type { UsageLedger } from './usage-ledger.ts'

/**
 * Removes what was derived from a transcript: all of it, or what came from records before `beforeRecord`. What other
 * transcripts hold of it has to be settled afterwards.
 */
export async function removeRows(
  connection: Connection,
  { workspaceId }: Scope,
  ledger: UsageLedger,
  transcriptId: number,
  beforeRecord?: number,
): Promise<void> {
  const which = beforeRecord === undefined ? '' : ' AND record < ?'
  const values = [workspaceId, transcriptId, ...(beforeRecord === undefined ? [] : [beforeRecord])]
  const entries = `SELECT id FROM entry WHERE workspace_id = ? AND transcript_id = ?${which}`
  await noteHoles(connection, entries, values, transcriptId, beforeRecord)
  for (const [table, column] of DERIVED) {
    await connection.run(
      `DELETE FROM ${table} WHERE workspace_id = ? AND transcript_id = ? AND ${column} IN (${entries})`,
      [workspaceId, transcriptId, ...values],
    )
  }
  const usage = `usage WHERE ${OF_TRANSCRIPT}${which}`
  const counted = await connection.all<UsageRecord>(
    `SELECT ${usageColumns('usage')} FROM ${usage} AND inherited = 0`,
    values,
  )
  const sessionId = await sessionOfTranscript(connection, transcriptId)
  if (sessionId !== null) for (const row of counted) ledger.count(sessionId, row, -1)
  await connection.run(
    `DELETE FROM usage_own WHERE workspace_id = ? AND transcript_id = ? AND usage_id IN (SELECT id FROM ${usage})`,
    [workspaceId, transcriptId, ...values],
  )
  await connection.run(`DELETE FROM ${usage}`, values)
  await connection.run(`DELETE FROM entry WHERE workspace_id = ? AND transcript_id = ?${which}`, values)
}

/** Asked for by workspace too, SQLite takes an index of that and walks through the usage of all transcripts. */
const OF_TRANSCRIPT = 'transcript_id = (SELECT t.id FROM transcript t WHERE t.workspace_id = ? AND t.id = ?)'

const DERIVED = [
  ['plan', 'id'],
  ['invocation', 'id'],
  ['file_change', 'entry_id'],
  ['commit_seen', 'entry_id'],
] as const

/** An entry behind a slot that becomes free would not be found by probing any more: its millisecond is noted. */
async function noteHoles(
  connection: Connection,
  entries: string,
  values: number[],
  transcriptId: number,
  beforeRecord: number | undefined,
): Promise<void> {
  const staying = beforeRecord === undefined ? 'y.transcript_id <> ?' : '(y.transcript_id <> ? OR y.record >= ?)'
  await connection.run(
    `INSERT INTO entry_irregular (workspace_id, at_ms, through_ms)
     SELECT DISTINCT y.workspace_id, y.id / 2048, y.id / 2048 FROM (${entries}) x
     JOIN entry y ON y.id > x.id AND y.id < (x.id / 2048 + 1) * 2048
     WHERE y.shift = 0 AND ${staying}
     ON CONFLICT DO NOTHING`,
    [...values, transcriptId, ...(beforeRecord === undefined ? [] : [beforeRecord])],
  )
}
