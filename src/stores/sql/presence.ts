import type { PresenceStore } from '../caller-store.ts'
import { among, every, is, lists } from './condition.ts'
import { announce } from './feed.ts'
import { rowIdOf } from './row-id.ts'
import type { Scope } from './scope.ts'

/** An event's file that was left behind for longer than this is taken for another one of the same name. */
const REMEMBERED_MS = 7 * 24 * 3_600_000

/** What hooks told, and which of their events were taken in. */
export function presenceStore(scope: Scope): PresenceStore {
  const { database, workspaceId, machineId } = scope
  return {
    take: (names, atMs) =>
      database.write(async (connection) => {
        const taken: string[] = []
        for (const name of names) {
          const added = await connection.run(
            'INSERT INTO hook_taken (workspace_id, machine_id, name, taken_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
            [workspaceId, machineId, name, atMs],
          )
          if (added > 0) taken.push(name)
        }
        await connection.run('DELETE FROM hook_taken WHERE workspace_id = ? AND machine_id = ? AND taken_ms < ?', [
          workspaceId,
          machineId,
          atMs - REMEMBERED_MS,
        ])
        return taken
      }, 'full'),
    settle: (names) =>
      database.write(async (connection) => {
        // A row that stays what it is writes nothing, and then there is nothing that would have to last.
        for (const name of names)
          await connection.run(
            'UPDATE hook_taken SET taken_ms = taken_ms + 1 WHERE workspace_id = ? AND machine_id = ? AND name = ?',
            [workspaceId, machineId, name],
          )
      }, 'full'),
    note: (sessionId, presence, sinceMs, about) =>
      database.write(async (connection) => {
        const session = await rowIdOf(connection, scope, 'session', sessionId)
        await connection.run('UPDATE session SET presence = ? WHERE workspace_id = ? AND id = ?', [
          presence,
          workspaceId,
          session,
        ])
        await connection.run(
          `INSERT INTO presence (workspace_id, session_id, since_ms, about) VALUES (?, ?, ?, ?)
           ON CONFLICT (workspace_id, session_id) DO UPDATE SET since_ms = excluded.since_ms, about = excluded.about`,
          [workspaceId, session, sinceMs, about],
        )
        const at = new Date(sinceMs).toISOString()
        await announce(connection, scope, { kind: 'presence', sessionId, at, payload: { presence } })
      }, 'full'),
    of: (sessionIds) =>
      database.read(async (connection) => {
        const found: { sessionId: string; sinceMs: number; about: string | null }[] = []
        for (const list of lists(sessionIds)) {
          const where = every(is('p.workspace_id = ?', workspaceId), among('s.uid', list))
          found.push(
            ...(await connection.all<(typeof found)[number]>(
              `SELECT s.uid AS "sessionId", p.since_ms AS "sinceMs", p.about FROM presence p
               JOIN session s ON s.id = p.session_id WHERE ${where.sql}`,
              where.values,
            )),
          )
        }
        return new Map(found.map(({ sessionId, ...rest }) => [sessionId, rest]))
      }),
  }
}
