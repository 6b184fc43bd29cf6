import { parseSessionKey } from '../../domain/ids.ts'
import { KEPT_AGENT } from '../../domain/session.ts'
import type { Session } from '../../domain/session.ts'
import { LONGEST_PATTERN, every, is } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'
import { SESSION_SELECT, toSessions } from './session-rows.ts'
import type { StoredSession } from './session-rows.ts'

const MOST_CANDIDATES = 50

/** Agents that have sessions, each found beside the one before: the index of external ids begins with them. */
const AGENTS = `WITH RECURSIVE known(agent) AS (
  SELECT MIN(a.agent) FROM session a WHERE a.workspace_id = ?
  UNION ALL SELECT (SELECT MIN(b.agent) FROM session b WHERE b.workspace_id = ? AND b.agent > known.agent)
  FROM known WHERE known.agent IS NOT NULL) SELECT agent FROM known`

/** Sessions a word may mean. The first rule that finds something decides; one rule may find several. */
export async function resolveSessions(connection: Connection, scope: Scope, word: string): Promise<Session[]> {
  const text = word.trim()
  if (text === '' || text.length > LONGEST_PATTERN) return []
  for (const rule of rules(scope.workspaceId, text)) {
    const rows = await connection.all<StoredSession>(
      `${SESSION_SELECT} WHERE ${rule.sql} ORDER BY s.started_ms DESC, s.uid DESC LIMIT ${MOST_CANDIDATES}`,
      rule.values,
    )
    if (rows.length > 0) return toSessions(connection, scope, rows)
  }
  return []
}

// In the order id, key, external id, number of a key, short ref, prefix of any of them.
function* rules(workspaceId: number, text: string): Generator<Condition> {
  const lower = text.toLowerCase()
  const number = parseSessionKey(text)
  const here = is('s.workspace_id = ?', workspaceId)
  // One list of row ids: with OR between the two, every session would be looked at.
  yield is(
    `s.id IN (SELECT i.id FROM session i WHERE i.workspace_id = ? AND i.uid = ?
       UNION ALL SELECT x.session_id FROM session_alias x WHERE x.workspace_id = ? AND lower(x.alias) = ?)`,
    workspaceId,
    lower,
    workspaceId,
    lower,
  )
  if (number !== undefined && lower.startsWith('session-')) yield every(here, is('s.key_number = ?', number))
  yield is(
    `s.id IN (SELECT i.id FROM session i WHERE i.workspace_id = ? AND i.external_id = ? AND i.agent IN (${AGENTS}))`,
    workspaceId,
    text,
    workspaceId,
    workspaceId,
  )
  // Named in the statement, or the index of these alone would not be looked into.
  yield every(here, is(`s.agent = '${KEPT_AGENT}' AND lower(s.external_id) = ?`, lower))
  if (number !== undefined) yield every(here, is('s.key_number = ?', number))
  // Refs are made in lower case.
  yield every(here, is('s.ref = ?', lower))
  const start = `${lower.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
  const columns = ['s.uid', 's.external_id', 's.ref']
  const starts = columns.map((column) => `lower(${column}) LIKE ? ESCAPE '\\'`).join(' OR ')
  yield every(here, is(`(${starts})`, ...columns.map(() => start)))
}
