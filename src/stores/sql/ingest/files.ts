import { COMMIT_COLUMNS, FILE_COLUMNS } from '../../ingest-batch.ts'
import type { Value } from '../connection.ts'
import { filedAt } from '../entry-slots.ts'
import { insertMany } from '../insert.ts'
import { intern } from '../names.ts'
import type { CallPlace } from './invocations.ts'
import { cell, nullable, text, textOrNull } from './work.ts'
import type { Work } from './work.ts'

type FindCall = (callHash: number) => Promise<CallPlace | undefined>

/**
 * Stores what the batch's calls changed and committed.
 *
 * @returns how many named a call that this transcript does not hold: they cannot be shown with their place
 */
export async function storeFiles(work: Work, findCall: FindCall): Promise<number> {
  return (await storeChanges(work, findCall)) + (await storeCommits(work, findCall))
}

async function storeChanges(work: Work, findCall: FindCall): Promise<number> {
  const { batch, connection, scope, transcript } = work
  const width = FILE_COLUMNS.length
  const rows = batch.files
  if (rows.count === 0) return 0
  const paths = Array.from({ length: rows.count }, (_, row) => text(batch, cell(rows, width, row, 2)))
  const pathIds = await intern(connection, 'path', scope.workspaceId, paths)
  let lost = 0
  // The last word on a path by one call stands; a statement cannot say two.
  const changes = new Map<string, Value[]>()
  for (const [row, path] of paths.entries()) {
    const call = await findCall(cell(rows, width, row, 0))
    if (!call) {
      lost++
      continue
    }
    const pathId = pathIds.get(path) as number
    changes.set(`${pathId}:${call.id}`, [
      scope.workspaceId,
      pathId,
      call.id,
      transcript.id,
      filedAt(cell(rows, width, row, 1)),
      cell(rows, width, row, 3),
      call.inherited,
      nullable(cell(rows, width, row, 4)),
      nullable(cell(rows, width, row, 5)),
    ])
  }
  await insertMany(
    connection,
    `INSERT INTO file_change (workspace_id, path_id, entry_id, transcript_id, at_ms, kind, inherited, lines_added, lines_removed)`,
    9,
    [...changes.values()].flat(),
    `ON CONFLICT (workspace_id, path_id, entry_id) DO UPDATE SET kind = excluded.kind, at_ms = excluded.at_ms,
       lines_added = excluded.lines_added, lines_removed = excluded.lines_removed`,
  )
  return lost
}

async function storeCommits(work: Work, findCall: FindCall): Promise<number> {
  const { batch, connection, scope, transcript, names } = work
  const width = COMMIT_COLUMNS.length
  const rows = batch.commits
  let lost = 0
  for (let row = 0; row < rows.count; row++) {
    const call = await findCall(cell(rows, width, row, 0))
    if (!call) {
      lost++
      continue
    }
    const branch = textOrNull(batch, cell(rows, width, row, 4))
    await connection.run(
      `INSERT INTO commit_seen (workspace_id, entry_id, hash, transcript_id, at_ms, inherited, subject, branch_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (workspace_id, entry_id, hash) DO UPDATE SET subject = excluded.subject, branch_id = excluded.branch_id`,
      [
        scope.workspaceId,
        call.id,
        text(batch, cell(rows, width, row, 2)),
        transcript.id,
        filedAt(cell(rows, width, row, 1)),
        call.inherited,
        text(batch, cell(rows, width, row, 3)),
        branch === null ? null : (names.get(branch) ?? null),
      ],
    )
  }
  return lost
}
