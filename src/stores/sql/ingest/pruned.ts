import { ENTRY_COLUMNS, USAGE_COLUMNS } from '../../ingest-batch.ts'
import type { IngestBatch, Rows } from '../../ingest-batch.ts'
import { first } from '../connection.ts'
import type { Connection } from '../connection.ts'
import type { Scope } from '../scope.ts'
import { cell } from './work.ts'
import type { Work } from './work.ts'

const NO_ROWS: Rows = { count: 0, data: new Float64Array(0) }
const AT = ENTRY_COLUMNS.indexOf('atMs')
const LINES = USAGE_COLUMNS.indexOf('lines')

/**
 * The batch without its content, where that was taken out of the session before. What was done since then brings the session
 * back, from there on.
 */
export async function withoutPruned(
  connection: Connection,
  { workspaceId }: Scope,
  batch: IngestBatch,
): Promise<IngestBatch> {
  const session = await first<{ id: number; pruned_at: string | null }>(
    connection,
    `SELECT s.id, s.pruned_at FROM transcript t JOIN session s ON s.id = t.session_id WHERE t.workspace_id = ? AND t.id = ?
     UNION ALL SELECT s.id, s.pruned_at FROM transcript t JOIN session s ON s.workspace_id = t.workspace_id AND s.agent = t.agent
       AND s.external_id = COALESCE(?, t.session_external_id, t.external_id)
     WHERE t.workspace_id = ? AND t.id = ? AND t.session_id IS NULL`,
    [workspaceId, batch.transcriptId, batch.facts.sessionExternalId, workspaceId, batch.transcriptId],
  )
  if (session === undefined || session.pruned_at === null) return batch
  if (lastTime(batch) > Date.parse(session.pruned_at)) {
    await connection.run('UPDATE session SET pruned_at = NULL WHERE workspace_id = ? AND id = ?', [
      workspaceId,
      session.id,
    ])
    return batch
  }
  await connection.run(
    'UPDATE transcript SET pruned_records = ? WHERE workspace_id = ? AND id = ? AND pruned_records < ?',
    [batch.nextRecord, workspaceId, batch.transcriptId, batch.nextRecord],
  )
  return {
    ...batch,
    usage: withoutLines(batch.usage),
    files: NO_ROWS,
    commits: NO_ROWS,
    plans: [],
    frames: [],
    blobs: [],
    attachments: [],
    problems: [],
    unknown: {},
    facts: { ...batch.facts, title: null, titleSource: null, titlesFor: [] },
  }
}

/** Commands and paths of calls that the transcript holds. */
export async function blankCalls({ connection, scope, transcript }: Work): Promise<void> {
  await connection.run(
    `UPDATE invocation SET subject = '' WHERE workspace_id = ? AND transcript_id = ? AND subject <> ''`,
    [scope.workspaceId, transcript.id],
  )
}

function lastTime({ entries }: IngestBatch): number {
  let last = 0
  for (let row = 0; row < entries.count; row++) last = Math.max(last, cell(entries, ENTRY_COLUMNS.length, row, AT))
  return last
}

/** The lines are those that were counted before: the source is read from its start again. */
function withoutLines({ count, data }: Rows): Rows {
  const copy = data.slice()
  for (let row = 0; row < count; row++) copy[row * USAGE_COLUMNS.length + LINES] = 0
  return { count, data: copy }
}
