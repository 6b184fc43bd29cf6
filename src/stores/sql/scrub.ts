import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import type { Engine } from './engine.ts'
import type { Scope } from './scope.ts'

/** Leaves nothing behind of what was deleted; see `Store.scrub`. */
export async function scrub(scope: Scope, engine: Engine, whole: boolean): Promise<void> {
  await scope.database.write(async (connection) => {
    await sweepNames(connection, scope.workspaceId)
    if (whole) await dropWaitingTitles(connection, scope.workspaceId)
  }, 'erase')
  await engine.scrub(whole)
}

/** Forgets remembered names once some of them were swept out, by whatever process. For the transaction that uses them. */
export async function checkNames(connection: Connection, scope: Scope): Promise<void> {
  const row = await first<{ count: number }>(connection, 'SELECT count FROM sweep WHERE workspace_id = ?', [
    scope.workspaceId,
  ])
  const sweeps = row?.count ?? 0
  if (scope.names.sweeps !== sweeps) scope.names.byText.clear()
  scope.names.sweeps = sweeps
}

/** Columns that name a word of `name`, by table. */
const NAMING: readonly (readonly [string, readonly string[]])[] = [
  ['entry', ['tool_id']],
  ['invocation', ['tool_id', 'server_id']],
  ['commit_seen', ['branch_id']],
  ['usage', ['model_id', 'tier_id', 'price_date_id']],
  ['usage_quarter', ['model_id']],
  ['usage_session', ['model_id']],
  ['usage_model', ['model_id']],
]

/** Names of tools, branches and files may tell what was said. */
async function sweepNames(connection: Connection, workspaceId: number): Promise<void> {
  const named = NAMING.flatMap(([table, columns]) =>
    columns.map((column) => `SELECT ${column} FROM ${table} WHERE workspace_id = ? AND ${column} IS NOT NULL`),
  )
  const swept = await connection.run(
    `DELETE FROM name WHERE workspace_id = ? AND id NOT IN (${named.join(' UNION ')})`,
    [workspaceId, ...named.map(() => workspaceId)],
  )
  await connection.run(
    `DELETE FROM path WHERE workspace_id = ?
     AND NOT EXISTS (SELECT 1 FROM file_change c WHERE c.workspace_id = path.workspace_id AND c.path_id = path.id)`,
    [workspaceId],
  )
  if (swept === 0) return
  await connection.run(
    `INSERT INTO sweep (workspace_id, count) VALUES (?, 1)
     ON CONFLICT (workspace_id) DO UPDATE SET count = sweep.count + 1`,
    [workspaceId],
  )
}

/** Titles of conversations that were never read, where it is not known who told them: it may be who was deleted. */
async function dropWaitingTitles(connection: Connection, workspaceId: number): Promise<void> {
  await connection.run(
    `DELETE FROM pending_title WHERE workspace_id = ? AND transcript_id IS NULL AND NOT EXISTS (SELECT 1 FROM transcript t
       WHERE t.workspace_id = pending_title.workspace_id AND t.agent = pending_title.agent
         AND t.last_record_hash = pending_title.record_hash)`,
    [workspaceId],
  )
}
