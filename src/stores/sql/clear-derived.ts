import type { Connection } from './connection.ts'
import { first } from './connection.ts'
import type { Pending } from './ingest/work.ts'
import { recountTranscript, refreshSession } from './recount.ts'
import { removeRows } from './remove-rows.ts'
import { lockHistory } from './scope.ts'
import type { Scope } from './scope.ts'
import { settlePartners } from './sharing.ts'
import { usageLedger } from './usage-ledger.ts'

/**
 * Forgets what was read out of a transcript's records, so that the archive can be replayed. Its row, its session, its
 * frames and its cursor stay; what comes back is no news to the activity log.
 */
export async function clearDerived(connection: Connection, scope: Scope, transcriptId: number): Promise<void> {
  await lockHistory(connection, scope)
  const ledger = usageLedger()
  const place = [scope.workspaceId, transcriptId]
  await removeRows(connection, scope, ledger, transcriptId)
  for (const table of ['active_interval', 'unknown_record']) {
    await connection.run(`DELETE FROM ${table} WHERE workspace_id = ? AND transcript_id = ?`, place)
  }
  const row = await first<{ session_id: number | null; pending: string | null }>(
    connection,
    'SELECT session_id, pending FROM transcript WHERE workspace_id = ? AND id = ?',
    place,
  )
  if (!row) return
  const pending: Pending = { ...(row.pending === null ? {} : (JSON.parse(row.pending) as Pending)), rebuilding: true }
  await connection.run(
    'UPDATE transcript SET first_ms = NULL, last_ms = NULL, own_ms = NULL, pending = ? WHERE workspace_id = ? AND id = ?',
    [JSON.stringify(pending), ...place],
  )
  await recountTranscript(connection, transcriptId)
  await settlePartners(connection, scope, ledger, transcriptId)
  await ledger.write(connection, scope.workspaceId)
  if (row.session_id !== null) await refreshSession(connection, row.session_id, true)
}
