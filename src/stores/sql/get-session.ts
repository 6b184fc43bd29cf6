import type { Session } from '../../domain/session.ts'
import { AppError } from '../../domain/errors.ts'
import { sessionKey } from '../../domain/ids.ts'
import type { NamedSession } from '../session-store.ts'
import { among, every, is, lists } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'
import { SESSION_SELECT, toSessions } from './session-rows.ts'
import type { StoredSession } from './session-rows.ts'

export async function findSession(connection: Connection, scope: Scope, id: string): Promise<Session | undefined> {
  const rows = await connection.all<StoredSession>(
    `${SESSION_SELECT} WHERE s.workspace_id = ? AND s.uid = ?
     UNION ALL ${SESSION_SELECT} JOIN session_alias x ON x.session_id = s.id AND x.workspace_id = s.workspace_id
     WHERE s.workspace_id = ? AND x.alias = ? LIMIT 1`,
    [scope.workspaceId, id, scope.workspaceId, id],
  )
  return (await toSessions(connection, scope, rows))[0]
}

export async function getSession(connection: Connection, scope: Scope, id: string): Promise<Session> {
  const session = await findSession(connection, scope, id)
  if (session) return session
  const newest = await first<StoredSession>(
    connection,
    `${SESSION_SELECT} WHERE s.workspace_id = ? AND s.pruned_at IS NULL ORDER BY s.started_ms DESC, s.uid DESC LIMIT 1`,
    [scope.workspaceId],
  )
  const [session_] = newest ? await toSessions(connection, scope, [newest]) : []
  const known = session_ ? `the newest is ${session_.key ?? session_.ref}` : 'there are none yet'
  throw new AppError('not_found', `no session ${JSON.stringify(id.slice(0, 140))}; ${known}`, {
    hint: session_ ? 'daybook session list' : 'daybook scan',
  })
}

/** Names alone: a page of hits shows many sessions and none of their sums. */
export async function namedSessions(
  connection: Connection,
  { workspaceId }: Scope,
  ids: readonly string[],
): Promise<Map<string, NamedSession>> {
  const named = new Map<string, NamedSession>()
  for (const some of lists(ids)) {
    const where = every(is('s.workspace_id = ?', workspaceId), among('s.uid', some))
    const rows = await connection.all<Omit<NamedSession, 'key'> & { number: number | null }>(
      `SELECT s.uid AS id, s.key_number AS number, s.ref, s.title, s.agent, p.name AS project
       FROM session s LEFT JOIN project p ON p.id = s.project_id WHERE ${where.sql}`,
      where.values,
    )
    for (const { number, ...row } of rows)
      named.set(row.id, { ...row, key: number === null ? null : sessionKey(number) })
  }
  return named
}
