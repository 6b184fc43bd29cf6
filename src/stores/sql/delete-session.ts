import { emptyUsage } from '../../domain/usage.ts'
import type { UsageTotals } from '../../domain/usage.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { eraseActivities } from './activities.ts'
import { dropUnusedBlobs } from './archive.ts'
import { getSession } from './get-session.ts'
import { dropFrames } from './ingest/archive.ts'
import { forgetTitles } from './prune-session.ts'
import { removeRows } from './remove-rows.ts'
import { lockHistory, nowIso } from './scope.ts'
import type { Scope } from './scope.ts'
import { settle } from './settle.ts'
import { partnersOf } from './partners.ts'
import { bury } from './tombstones.ts'
import { usageLedger } from './usage-ledger.ts'
import { toTotals } from './usage-sums.ts'
import type { SumRow } from './usage-sums.ts'
import { staleSessions } from './work-stale.ts'

/** Removes a session for good; see `SessionStore.delete`. */
export async function deleteSession(
  connection: Connection,
  scope: Scope,
  id: string,
  by: string,
  reason: string | null,
): Promise<{ usage: UsageTotals; entries: number; transcripts: number }> {
  const { workspaceId } = scope
  await lockHistory(connection, scope)
  const session = await getSession(connection, scope, id)
  const row = await first<{ id: number }>(connection, 'SELECT id FROM session WHERE workspace_id = ? AND uid = ?', [
    workspaceId,
    session.id,
  ])
  const sessionId = row?.id as number
  const before = await standing(connection, workspaceId)
  await staleSessions(connection, [sessionId])
  const transcripts = await connection.all<{ id: number; last_record_hash: number | null }>(
    'SELECT id, last_record_hash FROM transcript WHERE workspace_id = ? AND session_id = ?',
    [workspaceId, sessionId],
  )
  const ids = transcripts.map((transcript) => transcript.id)
  const heirs = new Set<number>()
  const ledger = usageLedger()
  for (const transcriptId of ids) {
    for (const partner of await partnersOf(connection, scope, transcriptId))
      if (!ids.includes(partner)) heirs.add(partner)
    await removeRows(connection, scope, ledger, transcriptId)
    await removeTranscript(connection, scope, transcriptId)
  }
  for (const heir of heirs) await settle(connection, scope, ledger, heir)
  await ledger.write(connection, workspaceId)
  await forgetTitles(connection, workspaceId, session.agent, transcripts)
  await removeSession(connection, workspaceId, sessionId)
  await eraseActivities(connection, workspaceId, session.id, nowIso(scope))
  const { agent, externalId } = session
  await connection.run('DELETE FROM subagent_call WHERE workspace_id = ? AND agent = ? AND session_external_id = ?', [
    workspaceId,
    agent,
    externalId,
  ])
  await bury(connection, workspaceId, { agent, externalId, deletedAt: nowIso(scope), deletedBy: by, reason })
  const after = await standing(connection, workspaceId)
  return { usage: fall(before.usage, after.usage), entries: before.entries - after.entries, transcripts: ids.length }
}

async function removeTranscript(connection: Connection, scope: Scope, transcriptId: number): Promise<void> {
  const place = [scope.workspaceId, transcriptId]
  const attached = await connection.all<{ blob_id: number }>(
    'SELECT blob_id FROM attachment WHERE workspace_id = ? AND transcript_id = ?',
    place,
  )
  for (const table of ['active_interval', 'unknown_record', 'problem', 'attachment', 'reading']) {
    await connection.run(`DELETE FROM ${table} WHERE workspace_id = ? AND transcript_id = ?`, place)
  }
  await dropFrames({ connection, scope }, transcriptId)
  await dropUnusedBlobs(
    connection,
    attached.map((blob) => blob.blob_id),
  )
  await connection.run('DELETE FROM shared_history WHERE workspace_id = ? AND (first_id = ? OR second_id = ?)', [
    ...place,
    transcriptId,
  ])
  await connection.run('DELETE FROM transcript WHERE workspace_id = ? AND id = ?', place)
}

async function removeSession(connection: Connection, workspaceId: number, sessionId: number): Promise<void> {
  for (const table of OWNED) {
    await connection.run(`DELETE FROM ${table} WHERE workspace_id = ? AND session_id = ?`, [workspaceId, sessionId])
  }
  await connection.run(
    'UPDATE ticket SET held_by_id = NULL, held_since = NULL WHERE workspace_id = ? AND held_by_id = ?',
    [workspaceId, sessionId],
  )
  await connection.run('UPDATE session SET parent_id = NULL WHERE workspace_id = ? AND parent_id = ?', [
    workspaceId,
    sessionId,
  ])
  await connection.run('DELETE FROM session WHERE workspace_id = ? AND id = ?', [workspaceId, sessionId])
}

/** Tables whose rows go with their session. What somebody wrote on a ticket is among them: it was said in the session. */
const OWNED = [
  'usage_quarter',
  'usage_session',
  'session_note',
  'session_alias',
  'session_ticket',
  'session_data',
  'frame_interval',
  'person_interval',
  'ticket_note',
  'handoff',
  'suggestion_decision',
  'binding',
  'presence',
]

interface Standing {
  usage: Map<string, UsageTotals>
  entries: number
}

async function standing(connection: Connection, workspaceId: number): Promise<Standing> {
  const rows = await connection.all<SumRow>(
    'SELECT n.text AS model, u.* FROM usage_model u JOIN name n ON n.id = u.model_id WHERE u.workspace_id = ?',
    [workspaceId],
  )
  const entries = await first<{ total: number }>(
    connection,
    'SELECT CAST(COALESCE(SUM(entry_count), 0) AS BIGINT) AS total FROM session WHERE workspace_id = ?',
    [workspaceId],
  )
  return { usage: new Map(rows.map((row) => [row.model, toTotals(row)])), entries: entries?.total ?? 0 }
}

function fall(before: Map<string, UsageTotals>, after: Map<string, UsageTotals>): UsageTotals {
  const sum = emptyUsage()
  for (const [model, then] of before) {
    const now = after.get(model) ?? emptyUsage()
    for (const name of Object.keys(sum) as (keyof UsageTotals)[]) {
      if (name !== 'unpricedModels') sum[name] += then[name] - now[name]
    }
    if (then.unpricedTokens > now.unpricedTokens) sum.unpricedModels.push(model)
  }
  sum.unpricedModels.sort()
  return sum
}
