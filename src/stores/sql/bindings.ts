import type { Binding, BindingStore } from '../caller-store.ts'
import { type Condition, among, every, is, lists } from './condition.ts'
import type { Connection } from './connection.ts'
import { rowIdOf } from './row-id.ts'
import type { Scope } from './scope.ts'

/** Which session a caller of this machine stands for. */
export function bindingStore(scope: Scope): BindingStore {
  const { database, workspaceId, machineId } = scope
  return {
    bind: (kind, values, sessionId, atMs, subagent = null) =>
      database.write(async (connection) => {
        if (kind === 'call') {
          const old = 'DELETE FROM binding WHERE workspace_id = ? AND machine_id = ? AND kind = ? AND at_ms < ?'
          await connection.run(old, [workspaceId, machineId, kind, atMs - DAY_MS])
        }
        const session = await rowIdOf(connection, scope, 'session', sessionId)
        for (const value of values) {
          await connection.run(
            `INSERT INTO binding (workspace_id, machine_id, kind, value, session_id, at_ms, subagent)
             VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (workspace_id, machine_id, kind, value) DO UPDATE SET
             session_id = excluded.session_id, at_ms = excluded.at_ms, subagent = excluded.subagent`,
            [workspaceId, machineId, kind, value, session, atMs, subagent],
          )
        }
      }, 'full'),
    find: (kind, values) =>
      database.read((connection) =>
        read(connection, every(is(OF_MACHINE, workspaceId, machineId, kind), among('b.value', values))),
      ),
    of: (kind, sessionIds) =>
      database.read(async (connection) => {
        const found: Binding[] = []
        for (const list of lists(sessionIds))
          found.push(
            ...(await read(connection, every(is(OF_MACHINE, workspaceId, machineId, kind), among('s.uid', list)))),
          )
        return found
      }),
    unbind: (kind, values) =>
      database.write(async (connection) => {
        const where = every(
          is('workspace_id = ? AND machine_id = ? AND kind = ?', workspaceId, machineId, kind),
          among('value', values),
        )
        await connection.run(`DELETE FROM binding WHERE ${where.sql}`, where.values)
      }, 'full'),
  }
}

const DAY_MS = 86_400_000

const OF_MACHINE = 'b.workspace_id = ? AND b.machine_id = ? AND b.kind = ?'

function read(connection: Connection, { sql, values }: Condition): Promise<Binding[]> {
  return connection.all<Binding>(
    `SELECT b.value, s.uid AS "sessionId", b.at_ms AS "atMs", b.subagent FROM binding b JOIN session s ON s.id = b.session_id
     WHERE ${sql} ORDER BY b.at_ms DESC, b.value`,
    values,
  )
}
