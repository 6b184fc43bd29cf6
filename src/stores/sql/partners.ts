import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'

/** Transcripts that share records with this one. */
export async function partnersOf(
  connection: Connection,
  { workspaceId }: Scope,
  transcriptId: number,
): Promise<number[]> {
  const rows = await connection.all<{ id: number }>(
    `SELECT second_id AS id FROM shared_history WHERE workspace_id = ? AND first_id = ?
     UNION SELECT first_id AS id FROM shared_history WHERE workspace_id = ? AND second_id = ?`,
    [workspaceId, transcriptId, workspaceId, transcriptId],
  )
  return rows.map((row) => row.id)
}
