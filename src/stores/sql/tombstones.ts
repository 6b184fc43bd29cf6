import type { Tombstone } from '../../domain/tombstone.ts'
import type { TombstoneStore } from '../session-store.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'

export function tombstoneStore({ database, workspaceId }: Scope): TombstoneStore {
  return {
    list: () =>
      database.read((connection) =>
        connection.all<Tombstone>(
          `SELECT agent, external_id AS "externalId", deleted_at AS "deletedAt", deleted_by AS "deletedBy", reason
           FROM tombstone WHERE workspace_id = ? ORDER BY deleted_at DESC, agent, external_id`,
          [workspaceId],
        ),
      ),
    has: (agent, externalId) => database.read((connection) => isBuried(connection, workspaceId, agent, externalId)),
  }
}

/** Whether a session was deleted on purpose. */
export async function isBuried(
  connection: Connection,
  workspaceId: number,
  agent: string,
  externalId: string,
): Promise<boolean> {
  const row = await first(
    connection,
    'SELECT 1 AS one FROM tombstone WHERE workspace_id = ? AND agent = ? AND external_id = ?',
    [workspaceId, agent, externalId],
  )
  return row !== undefined
}

export async function bury(connection: Connection, workspaceId: number, tombstone: Tombstone): Promise<void> {
  await connection.run(
    `INSERT INTO tombstone (workspace_id, agent, external_id, deleted_at, deleted_by, reason) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
    [workspaceId, tombstone.agent, tombstone.externalId, tombstone.deletedAt, tombstone.deletedBy, tombstone.reason],
  )
}
