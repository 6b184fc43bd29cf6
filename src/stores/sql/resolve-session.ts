import { parseSessionKey } from '../../domain/ids.ts'
import { KEPT_AGENT } from '../../domain/kept-record.ts'
import type { Session } from '../../domain/session.ts'
import { is } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'
import { SESSION_SELECT, toSessions } from './session-rows.ts'
import type { StoredSession } from './session-rows.ts'

const MOST_CANDIDATES = 50

/** Sessions a word may mean. The first rule that finds something decides; one rule may find several. */
export async function resolveSessions(connection: Connection, scope: Scope, word: string): Promise<Session[]> {
  const text = word.trim()
  if (text === '') return []
  for (const rule of rules(text)) {
    const rows = await connection.all<StoredSession>(
      `${SESSION_SELECT} WHERE s.workspace_id = ? AND (${rule.sql}) ORDER BY s.started_ms DESC, s.uid DESC LIMIT ${MOST_CANDIDATES}`,
      [scope.workspaceId, ...rule.values],
    )
    if (rows.length > 0) return toSessions(connection, scope, rows)
  }
  return []
}

// In the order id, key, external id, number of a key, short ref, prefix of any of them.
function* rules(text: string): Generator<Condition> {
  const lower = text.toLowerCase()
  const number = parseSessionKey(text)
  const aliased =
    's.id IN (SELECT x.session_id FROM session_alias x WHERE x.workspace_id = s.workspace_id AND lower(x.alias) = ?)'
  yield is(`s.uid = ? OR ${aliased}`, lower, lower)
  if (number !== undefined && lower.startsWith('session-')) yield is('s.key_number = ?', number)
  yield is('s.external_id = ?', text)
  yield is('s.agent = ? AND lower(s.external_id) = ?', KEPT_AGENT, lower)
  if (number !== undefined) yield is('s.key_number = ?', number)
  yield is('lower(s.ref) = ?', lower)
  const start = `${lower.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
  yield is(
    `lower(s.uid) LIKE ? ESCAPE '\\' OR lower(s.external_id) LIKE ? ESCAPE '\\' OR lower(s.ref) LIKE ? ESCAPE '\\'`,
    start,
    start,
    start,
  )
}
