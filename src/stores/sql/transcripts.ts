import { setImmediate as letOthers } from 'node:timers/promises'
import { AppError } from '../../domain/errors.ts'
import { TRANSCRIPT_KINDS } from '../../domain/transcript.ts'
import type { Transcript, TranscriptKind } from '../../domain/transcript.ts'
import type {
  KnownTranscript,
  ReadingPosition,
  RegisteredTranscript,
  SourceDatabase,
  TranscriptStore,
} from '../transcript-store.ts'
import { clearDerived } from './clear-derived.ts'
import { every, is } from './condition.ts'
import type { Condition } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { registerTranscript } from './register-transcript.ts'
import { isoOrNull } from './scope.ts'
import type { Scope } from './scope.ts'

interface TranscriptRow {
  id: number
  session_uid: string | null
  agent: string
  kind: number
  external_id: string
  path: string
  parent_call_id: string | null
  title: string | null
  first_ms: number | null
  last_ms: number | null
  record_count: number
  read_bytes: number
  problems: number
  gone_at: string | null
}

/** Rows of all transcripts that are read without a break: some milliseconds. */
const KNOWN_AT_ONCE = 512

export function transcriptStore(scope: Scope): TranscriptStore {
  const { database, workspaceId, machineId } = scope
  // For what asks for nearly all: by an index each row is looked up for itself, which takes ten times as long.
  const whole = database.dialect.name === 'sqlite' ? 'transcript NOT INDEXED' : 'transcript'
  return {
    register: (registration) =>
      database.write((connection) => registerTranscript(connection, scope, registration), 'bulk'),
    registerAll: (registrations) =>
      database.write(async (connection) => {
        const registered: (RegisteredTranscript | undefined)[] = []
        for (const one of registrations) registered.push(await registerTranscript(connection, scope, one))
        return registered
      }, 'bulk'),
    get: (id) =>
      database.read(async (connection) => {
        const [transcript] = await readTranscripts(connection, workspaceId, is('t.id = ?', id))
        if (transcript) return transcript
        throw noTranscript(id)
      }),
    list: (filter) =>
      database.read((connection) =>
        readTranscripts(
          connection,
          workspaceId,
          every(
            filter.sessionId !== undefined && is('s.workspace_id = ? AND s.uid = ?', workspaceId, filter.sessionId),
            filter.agent !== undefined && is('t.agent = ?', filter.agent),
          ),
        ),
      ),
    async known(most = Infinity) {
      const all: KnownTranscript[] = []
      for (;;) {
        const after = all.at(-1)?.id ?? 0
        const rows = await database.read((connection) =>
          connection.all<Omit<KnownTranscript, 'gone'> & { gone: number | boolean }>(
            `SELECT id, agent, path, device, inode, size_bytes AS "sizeBytes", modified_ms AS "modifiedAtMs",
               read_bytes AS "offset", CASE WHEN gone_at IS NULL THEN 0 ELSE 1 END AS gone,
               beside_hash AS "besideHash"
             FROM ${whole} WHERE workspace_id = ? AND machine_id = ? AND id > ? ORDER BY id LIMIT ${Math.min(KNOWN_AT_ONCE, most - all.length)}`,
            [workspaceId, machineId, after],
          ),
        )
        // In place: a scan asks for every transcript there is.
        for (const row of rows) row.gone = row.gone === 1
        for (const row of rows as KnownTranscript[]) all.push(row)
        if (rows.length < KNOWN_AT_ONCE || all.length >= most) return all
        // A server answers others meanwhile.
        await letOthers()
      }
    },
    oldest: () =>
      database.read((connection) =>
        connection.all<{ agent: string; modifiedAtMs: number }>(
          `SELECT agent, MIN(modified_ms) AS "modifiedAtMs" FROM ${whole}
           WHERE workspace_id = ? AND machine_id = ? AND gone_at IS NULL GROUP BY agent ORDER BY agent`,
          [workspaceId, machineId],
        ),
      ),
    markGone: (ids, at) =>
      database.write(async (connection) => {
        for (const id of ids) {
          await connection.run('UPDATE transcript SET gone_at = ? WHERE workspace_id = ? AND id = ?', [
            at,
            workspaceId,
            id,
          ])
        }
      }, 'bulk'),
    databases: () =>
      database.read((connection) =>
        connection.all<SourceDatabase>(
          'SELECT agent, path, state FROM source_database WHERE workspace_id = ? AND machine_id = ?',
          [workspaceId, machineId],
        ),
      ),
    noteDatabases: (databases) =>
      database.write(async (connection) => {
        for (const { agent, path, state } of databases) {
          await connection.run(
            `INSERT INTO source_database (workspace_id, machine_id, agent, path, state) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (workspace_id, machine_id, agent, path) DO UPDATE SET state = excluded.state`,
            [workspaceId, machineId, agent, path, state],
          )
        }
      }, 'bulk'),
    clearDerived: (id) => database.write((connection) => clearDerived(connection, scope, id), 'bulk'),
    cursor: (id) =>
      database.read(async (connection) => {
        const row = await first<{ cursor: string }>(
          connection,
          'SELECT cursor FROM reading WHERE workspace_id = ? AND transcript_id = ?',
          [workspaceId, id],
        )
        return row?.cursor
      }),
    position: (id) =>
      database.read(async (connection) => {
        const row = await first<ReadingPosition>(
          connection,
          `SELECT read_bytes AS "offset", device, inode, size_bytes AS "sizeBytes", modified_ms AS "modifiedAtMs",
             next_record AS "nextRecord", base_record AS "baseRecord", next_line AS "nextLine",
             pruned_records AS "prunedRecords"
           FROM transcript WHERE workspace_id = ? AND id = ?`,
          [workspaceId, id],
        )
        if (row) return row
        throw noTranscript(id)
      }),
  }
}

function noTranscript(id: number): AppError {
  return new AppError('not_found', `no transcript ${id}`, { hint: 'daybook session list' })
}

async function readTranscripts(
  connection: Connection,
  workspaceId: number,
  condition: Condition,
): Promise<Transcript[]> {
  const where = every(is('t.workspace_id = ?', workspaceId), condition)
  const rows = await connection.all<TranscriptRow>(
    `SELECT t.id, s.uid AS session_uid, t.agent, t.kind, t.external_id, t.path, t.parent_call_id, t.title, t.first_ms,
       t.last_ms, t.next_record - t.base_record AS record_count, t.read_bytes, t.gone_at,
       (SELECT COUNT(*) FROM problem p WHERE p.transcript_id = t.id) AS problems
     FROM transcript t LEFT JOIN session s ON s.id = t.session_id
     WHERE ${where.sql} ORDER BY t.kind, t.first_ms, t.path`,
    where.values,
  )
  return rows.map((row) => ({
    id: row.id,
    sessionId: row.session_uid ?? '',
    agent: row.agent,
    kind: TRANSCRIPT_KINDS[row.kind] as TranscriptKind,
    externalId: row.external_id,
    path: row.path,
    parentCallId: row.parent_call_id,
    title: row.title,
    startedAt: isoOrNull(row.first_ms),
    lastActivityAt: isoOrNull(row.last_ms),
    recordCount: row.record_count,
    sizeBytes: row.read_bytes,
    problemCount: row.problems,
    sourceGoneAt: row.gone_at,
  }))
}
