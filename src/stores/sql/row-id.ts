import { AppError, shownValue } from '../../domain/errors.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'

const LISTS: Record<string, string> = {
  session: 'daybook session list',
  project: 'daybook project list',
  ticket: 'daybook context',
}

type Table = 'session' | 'project' | 'ticket' | 'tracker' | 'handoff'

/**
 * The row id behind an id that callers see; null for null. A session that was merged is found by its former id.
 *
 * @throws AppError `not_found`
 */
export async function rowIdOf(connection: Connection, scope: Scope, table: Table, id: string): Promise<number>
export async function rowIdOf(
  connection: Connection,
  scope: Scope,
  table: Table,
  id: string | null,
): Promise<number | null>
export async function rowIdOf(
  connection: Connection,
  { workspaceId }: Scope,
  table: Table,
  id: string | null,
): Promise<number | null> {
  if (id === null) return null
  const find = (sql: string) => first<{ id: number }>(connection, sql, [workspaceId, id])
  const row =
    (await find(`SELECT id FROM ${table} WHERE workspace_id = ? AND uid = ?`)) ??
    (table === 'session'
      ? await find('SELECT session_id AS id FROM session_alias WHERE workspace_id = ? AND alias = ?')
      : undefined)
  if (row) return row.id
  throw new AppError('not_found', `no ${table} ${shownValue(id)}`, { hint: LISTS[table] ?? 'daybook doctor' })
}
