import type { Interval } from '../../domain/slice.ts'
import type { ContextStore } from '../context-store.ts'
import { among } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { rowIdOf } from './row-id.ts'
import { iso, isoOrNull } from './scope.ts'
import type { Scope } from './scope.ts'
import { staleSessions } from './work-stale.ts'

interface OpenRow {
  id: number
  start_ms: number
  last_ms: number
}

/** The clock of people who work without an agent: their calls. */
export function personTime(
  scope: Scope,
): Pick<ContextStore, 'personCall' | 'personStop' | 'personTime' | 'addPersonTime'> {
  const { database, workspaceId } = scope

  const begin = async (connection: Connection, session: number, atMs: number): Promise<void> => {
    await staleSessions(connection, [session])
    await connection.run(
      'INSERT INTO person_interval (workspace_id, session_id, start_ms, last_ms) VALUES (?, ?, ?, ?)',
      [workspaceId, session, atMs, atMs],
    )
  }

  return {
    personCall: (sessionId, atMs, idleMs) =>
      database.write(async (connection) => {
        const session = await rowIdOf(connection, scope, 'session', sessionId)
        const open = await openRow(connection, session)
        if (open === undefined) {
          await begin(connection, session, atMs)
          return null
        }
        if (open.last_ms - atMs > idleMs) {
          // The clock was set back: what it said before stays as long as it was, and time counts from now on.
          await connection.run('UPDATE person_interval SET end_ms = last_ms WHERE id = ?', [open.id])
          await begin(connection, session, atMs)
          return null
        }
        if (atMs - open.last_ms <= idleMs) {
          await connection.run('UPDATE person_interval SET last_ms = ? WHERE id = ? AND last_ms < ?', [
            atMs,
            open.id,
            atMs,
          ])
          return null
        }
        const startMs = open.last_ms + idleMs
        await connection.run('UPDATE person_interval SET end_ms = ? WHERE id = ?', [startMs, open.id])
        await begin(connection, session, atMs)
        return { startMs, endMs: atMs }
      }, 'full'),
    personStop: (sessionId, atMs, idleMs) =>
      database.write(async (connection) => {
        const session = await rowIdOf(connection, scope, 'session', sessionId)
        const open = await openRow(connection, session)
        if (open === undefined) return
        // A clock that was set back takes nothing away.
        const endMs = Math.max(open.last_ms, Math.min(atMs, open.last_ms + idleMs))
        await connection.run('UPDATE person_interval SET end_ms = ? WHERE id = ?', [endMs, open.id])
      }, 'full'),
    personTime: (sessionId) =>
      database.read(async (connection) => {
        const rows = await connection.all<{ start_ms: number; last_ms: number; end_ms: number | null }>(
          'SELECT start_ms, last_ms, end_ms FROM person_interval WHERE session_id = ? ORDER BY id',
          [await rowIdOf(connection, scope, 'session', sessionId)],
        )
        return rows.map((row) => ({ from: iso(row.start_ms), last: iso(row.last_ms), to: isoOrNull(row.end_ms) }))
      }),
    addPersonTime: (sessionId, { startMs, endMs }) =>
      database.write(async (connection) => {
        const session = await rowIdOf(connection, scope, 'session', sessionId)
        await staleSessions(connection, [session])
        await connection.run(
          'INSERT INTO person_interval (workspace_id, session_id, start_ms, last_ms, end_ms) VALUES (?, ?, ?, ?, ?)',
          [workspaceId, session, startMs, endMs, endMs],
        )
      }, 'full'),
  }
}

/**
 * When people worked in sessions without transcript, through now where a stretch goes on.
 *
 * @param idleMs how long after a person's last call their time goes on
 */
export async function personStretches(
  connection: Connection,
  { workspaceId, now }: Pick<Scope, 'workspaceId' | 'now'>,
  sessionIds: readonly number[],
  idleMs: number,
): Promise<(Interval & { session_id: number })[]> {
  const people = among('i.session_id', sessionIds)
  const stretches = await connection.all<{
    session_id: number
    start_ms: number
    last_ms: number
    end_ms: number | null
  }>(
    `SELECT i.session_id, i.start_ms, i.last_ms, i.end_ms FROM person_interval i
     WHERE i.workspace_id = ? AND ${people.sql}
       AND NOT EXISTS (SELECT 1 FROM transcript t WHERE t.session_id = i.session_id AND t.first_ms IS NOT NULL)`,
    [workspaceId, ...people.values],
  )
  return stretches.map(({ session_id, start_ms: startMs, last_ms: lastMs, end_ms: endMs }) => {
    return { session_id, startMs, endMs: endMs ?? Math.max(lastMs, Math.min(now(), lastMs + idleMs)) }
  })
}

function openRow(connection: Connection, session: number): Promise<OpenRow | undefined> {
  return first<OpenRow>(
    connection,
    `SELECT id, start_ms, last_ms FROM person_interval WHERE session_id = ? AND end_ms IS NULL ORDER BY id DESC LIMIT 1${connection.dialect.forUpdate}`,
    [session],
  )
}
