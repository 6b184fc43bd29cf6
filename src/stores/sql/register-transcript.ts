import { TRANSCRIPT_KINDS } from '../../domain/transcript.ts'
import type { TranscriptRegistration } from '../ingest-batch.ts'
import type { RegisteredTranscript } from '../transcript-store.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { rowIdOf } from './row-id.ts'
import type { Scope } from './scope.ts'
import { isBuried } from './tombstones.ts'

/**
 * Makes or finds the row of a discovered transcript. A file that moved keeps its row: same file, same conversation.
 *
 * @returns `undefined` when its session was deleted on purpose, or its project is ignored
 */
export async function registerTranscript(
  connection: Connection,
  scope: Scope,
  registration: TranscriptRegistration,
): Promise<RegisteredTranscript | undefined> {
  const { workspaceId } = scope
  const { agent, externalId, sessionExternalId } = registration
  if (await isBuried(connection, workspaceId, agent, sessionExternalId ?? externalId)) return undefined
  const known = (await atPath(connection, scope, registration)) ?? (await moved(connection, scope, registration))
  if (!known) return { id: await insertTranscript(connection, scope, registration), cursor: undefined }
  if (known.ignored_at !== null) return undefined
  await connection.run(
    `UPDATE transcript SET path = ?, gone_at = NULL, parent_call_id = COALESCE(?, parent_call_id), 
       title = CASE WHEN pruned_records > 0 THEN title ELSE COALESCE(?, title) END,
       born_ms = COALESCE(born_ms, ?) WHERE id = ?`,
    [registration.path, registration.parentCallId, registration.title, registration.bornAtMs, known.id],
  )
  return { id: known.id, cursor: known.cursor ?? undefined }
}

interface KnownRow {
  id: number
  cursor: string | null
  ignored_at: string | null
}

const KNOWN = `SELECT t.id, r.cursor, p.ignored_at FROM transcript t
  LEFT JOIN reading r ON r.transcript_id = t.id AND r.workspace_id = t.workspace_id
  LEFT JOIN session s ON s.id = t.session_id LEFT JOIN project p ON p.id = s.project_id`

function atPath(
  connection: Connection,
  scope: Scope,
  { agent, path }: TranscriptRegistration,
): Promise<KnownRow | undefined> {
  return first<KnownRow>(
    connection,
    `${KNOWN} WHERE t.workspace_id = ? AND t.machine_id = ? AND t.agent = ? AND t.path = ?`,
    [scope.workspaceId, scope.machineId, agent, path],
  )
}

function moved(
  connection: Connection,
  scope: Scope,
  registration: TranscriptRegistration,
): Promise<KnownRow | undefined> {
  return first<KnownRow>(
    connection,
    `${KNOWN} WHERE t.workspace_id = ? AND t.agent = ? AND t.external_id = ? AND t.machine_id = ? AND t.device = ? AND t.inode = ?
       AND t.inode <> 0 AND t.gone_at IS NOT NULL`,
    [
      scope.workspaceId,
      registration.agent,
      registration.externalId,
      scope.machineId,
      registration.device,
      registration.inode,
    ],
  )
}

async function insertTranscript(
  connection: Connection,
  scope: Scope,
  registration: TranscriptRegistration,
): Promise<number> {
  const session = await rowIdOf(connection, scope, 'session', registration.sessionId ?? null)
  const row = await first<{ id: number }>(
    connection,
    `INSERT INTO transcript (workspace_id, machine_id, agent, ref_prefix, kind, external_id, session_external_id, path,
       parent_call_id, title, device, inode, size_bytes, modified_ms, born_ms, session_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (workspace_id, machine_id, agent, path) DO UPDATE SET gone_at = NULL RETURNING id`,
    [
      scope.workspaceId,
      scope.machineId,
      registration.agent,
      registration.refPrefix,
      TRANSCRIPT_KINDS.indexOf(registration.kind),
      registration.externalId,
      registration.sessionExternalId,
      registration.path,
      registration.parentCallId,
      registration.title,
      registration.device,
      registration.inode,
      // What was not read yet differs from every size a file can have, so a scan looks at it again.
      -1,
      registration.modifiedAtMs,
      registration.bornAtMs,
      session,
    ],
  )
  return row?.id as number
}
