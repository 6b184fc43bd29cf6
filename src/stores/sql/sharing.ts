import { ENTRY_FLAG } from '../../domain/entry.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import type { IncomingEntry } from './ingest/incoming-entry.ts'
import type { Work } from './ingest/work.ts'
import type { Scope } from './scope.ts'
import { partnersOf } from './partners.ts'
import { settle } from './settle.ts'
import type { UsageLedger } from './usage-ledger.ts'

/**
 * Remembers with whom this transcript turned out to share records, and whether what it brought may change whose they are:
 * new shared records may, and so may the first entry of its own.
 */
export async function noteSharing(work: Work, entries: readonly IncomingEntry[]): Promise<void> {
  const { connection, scope, transcript, sharing } = work
  const { workspaceId } = scope
  if (entries.length > 0) for (const other of await sameBeginning(work)) sharing.add(other)
  for (const other of sharing) {
    await connection.run(
      `INSERT INTO shared_history (workspace_id, first_id, second_id, unsettled) VALUES (?, ?, ?, 1)
       ON CONFLICT (workspace_id, first_id, second_id) DO UPDATE SET unsettled = 1`,
      [workspaceId, Math.min(transcript.id, other), Math.max(transcript.id, other)],
    )
  }
  let firstOwnMs = Infinity
  for (const { atMs, flags, repeated } of entries) {
    if (!repeated && (flags & ENTRY_FLAG.inherited) === 0 && atMs < firstOwnMs) firstOwnMs = atMs
  }
  const earliest = sharing.size > 0 ? 0 : firstOwnMs
  if (earliest === Infinity || (work.fresh && sharing.size === 0)) return
  for (const side of ['first', 'second']) {
    await connection.run(
      `UPDATE shared_history SET unsettled = 1
       WHERE workspace_id = ? AND ${side}_id = ? AND (${side}_own_ms IS NULL OR ${side}_own_ms > ?)`,
      [workspaceId, transcript.id, earliest],
    )
  }
}

/** Transcripts that begin with the same record and are not known to share it yet. */
async function sameBeginning({ connection, scope, transcript }: Work): Promise<number[]> {
  const rows = await connection.all<{ id: number }>(
    `SELECT t.id FROM transcript t WHERE t.workspace_id = ? AND t.first_hash = ? AND t.agent = ? AND t.id <> ?
     AND NOT EXISTS (SELECT 1 FROM shared_history s WHERE s.workspace_id = t.workspace_id
       AND ((s.first_id = t.id AND s.second_id = ?) OR (s.first_id = ? AND s.second_id = t.id)))`,
    [scope.workspaceId, transcript.first_hash, transcript.agent, transcript.id, transcript.id, transcript.id],
  )
  return rows.map((row) => row.id)
}

/** Settles the transcript when something about its shared records is open. */
export async function settleWhenDue(
  connection: Connection,
  scope: Scope,
  ledger: UsageLedger,
  transcriptId: number,
): Promise<void> {
  for (const side of ['first', 'second']) {
    const open = await first(
      connection,
      `SELECT 1 AS one FROM shared_history WHERE workspace_id = ? AND ${side}_id = ? AND unsettled = 1 LIMIT 1`,
      [scope.workspaceId, transcriptId],
    )
    if (open) return settle(connection, scope, ledger, transcriptId)
  }
}

/** After rows of a transcript went: whoever else holds its records inherits them for good. */
export async function settlePartners(
  connection: Connection,
  scope: Scope,
  ledger: UsageLedger,
  transcriptId: number,
): Promise<void> {
  for (const partner of await partnersOf(connection, scope, transcriptId))
    await settle(connection, scope, ledger, partner)
}
