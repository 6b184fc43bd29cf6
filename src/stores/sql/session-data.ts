import type { SessionDataStore } from '../session-store.ts'
import { first } from './connection.ts'
import { rowIdOf } from './row-id.ts'
import { nowIso } from './scope.ts'
import type { Scope } from './scope.ts'

export function sessionDataStore(scope: Scope): SessionDataStore {
  const { database, workspaceId } = scope
  return {
    get: (sessionId, name) =>
      database.read(async (connection) => {
        const session = await rowIdOf(connection, scope, 'session', sessionId)
        const row = await first<{ value: string }>(
          connection,
          'SELECT value FROM session_data WHERE workspace_id = ? AND session_id = ? AND name = ?',
          [workspaceId, session, name],
        )
        return row === undefined ? undefined : (JSON.parse(row.value) as unknown)
      }),
    all: (sessionId) =>
      database.read(async (connection) => {
        const session = await rowIdOf(connection, scope, 'session', sessionId)
        const rows = await connection.all<{ name: string; value: string }>(
          'SELECT name, value FROM session_data WHERE workspace_id = ? AND session_id = ? ORDER BY name',
          [workspaceId, session],
        )
        return Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(value) as unknown]))
      }),
    set: (sessionId, name, value) =>
      database.write(async (connection) => {
        const session = await rowIdOf(connection, scope, 'session', sessionId)
        await connection.run(
          `INSERT INTO session_data (workspace_id, session_id, name, value, updated_at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (workspace_id, session_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
          [workspaceId, session, name, JSON.stringify(value ?? null), nowIso(scope)],
        )
      }, 'full'),
    remove: (sessionId, name) =>
      database.write(async (connection) => {
        const session = await rowIdOf(connection, scope, 'session', sessionId)
        return connection.run(
          `DELETE FROM session_data WHERE workspace_id = ? AND session_id = ?${name === undefined ? '' : ' AND name = ?'}`,
          [workspaceId, session, ...(name === undefined ? [] : [name])],
        )
      }, 'full'),
  }
}
