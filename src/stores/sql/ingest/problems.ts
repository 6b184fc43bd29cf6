import { noteProblem } from '../problems.ts'
import type { Work } from './work.ts'

/** What could not be read, what could not be shown, and what is of a kind that nobody knows. `lost`: changes and commits of no known call. */
export async function storeProblems({ connection, scope, batch, transcript }: Work, lost: number): Promise<void> {
  const { agent, path, id } = transcript
  for (const problem of batch.problems)
    await noteProblem(connection, scope.workspaceId, { agent, path, ...problem }, id)
  if (lost > 0) {
    const reason = 'names a tool call that is not in it: a changed file or a commit is not shown'
    await noteProblem(connection, scope.workspaceId, { agent, path, line: null, reason, at: batch.at }, id)
  }
  for (const [name, count] of Object.entries(batch.unknown)) {
    await connection.run(
      `INSERT INTO unknown_record (workspace_id, transcript_id, name, count) VALUES (?, ?, ?, ?)
       ON CONFLICT (workspace_id, transcript_id, name) DO UPDATE SET count = unknown_record.count + excluded.count`,
      [scope.workspaceId, id, name, count],
    )
  }
}
