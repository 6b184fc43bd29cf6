import type { Session } from '../../domain/session.ts'
import { AppError } from '../../domain/errors.ts'
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
