import { formatDuration } from '../../domain/format.ts'
import { TITLE_SOURCES } from '../../domain/session.ts'
import type { Session } from '../../domain/session.ts'
import type { SessionChange, SessionStore } from '../session-store.ts'
import { is } from './condition.ts'
import type { Condition } from './condition.ts'
import { first } from './connection.ts'
import type { Connection, Value } from './connection.ts'
import { countRows } from './count-rows.ts'
import { createSession } from './create-session.ts'
import { deleteSession } from './delete-session.ts'
import { findSession, getSession, namedSessions } from './get-session.ts'
import { mergeSessions } from './merge-sessions.ts'
import { checkLimit, checkOffset, readCursor, toPage, totalOf } from './page.ts'
import { noteProblem } from './problems.ts'
import { pruneSession } from './prune-session.ts'
import { resolveSessions } from './resolve-session.ts'
import { rowIdOf } from './row-id.ts'
import type { Scope } from './scope.ts'
import { isAnyWaiting, unboundSessions, uniteSessions } from './unite-sessions.ts'
import { changesBySubagents, scopeToSubagents } from './subagent-contexts.ts'
import { SESSION_SELECT, sessionCondition, toSessions, walked } from './session-rows.ts'
import type { StoredSession } from './session-rows.ts'
import { sessionStats } from './session-stats.ts'
import { staleSession } from './work-stale.ts'

export function sessionStore(scope: Scope): SessionStore {
  const { database } = scope
  return {
    get: (id) => database.read((connection) => getSession(connection, scope, id)),
    find: (id) => database.read((connection) => findSession(connection, scope, id)),
    named: (ids) => database.read((connection) => namedSessions(connection, scope, ids)),
    resolve: (word) => database.read((connection) => resolveSessions(connection, scope, word)),
    list: (filter, page) =>
      database.read(async (connection) => {
        const limit = checkLimit(page.limit)
        const sort = page.sort ?? 'started'
        const condition = sessionCondition(scope, filter)
        // Every one of them has to be looked at for what it cost.
        // A session's few children are found by themselves, not along all by their start.
        const apart = sort === 'cost' || filter.parentId !== undefined
        const matching = apart ? walked(scope, condition, filter) : condition
        const after = page.cursor === undefined ? undefined : place(sort, readCursor(page.cursor, 2))
        const rows = await connection.all<StoredSession & { sorted: number }>(
          `${sorted(sort)} WHERE ${matching.sql}${after ? ` AND ${after.sql}` : ''}
           ORDER BY ${SORTS[sort]} DESC, s.uid DESC LIMIT ? OFFSET ?`,
          [...matching.values, ...(after?.values ?? []), limit + 1, checkOffset(page)],
        )
        const total = await totalOf(page, rows.length, () =>
          countRows(connection, 'FROM session s', walked(scope, condition, filter)),
        )
        const sessions = await toSessions(connection, scope, rows.slice(0, limit))
        const page_ = toPage(
          rows,
          limit,
          total,
          (row) => [row.sorted, row.uid],
          (row) => row,
        )
        return { ...page_, items: sessions }
      }),
    create: (draft) => database.write((connection) => createSession(connection, scope, draft), 'full'),
    touch: async (id, atMs) => {
      if (await database.read((connection) => isDue(connection, scope, id, atMs)))
        await database.write((connection) => touchSession(connection, scope, id, atMs), 'bulk')
    },
    merge: (id, otherId) => database.write((connection) => mergeSessions(connection, scope, id, otherId), 'full'),
    unite: async () => {
      const waits = await database.read((connection) => isAnyWaiting(connection, scope))
      const united = waits ? await database.write((connection) => uniteSessions(connection, scope), 'full') : 0
      if ((await database.read((connection) => changesBySubagents(connection, scope))).length > 0) {
        await database.write(
          async (connection) => scopeToSubagents(connection, await changesBySubagents(connection, scope)),
          'full',
        )
      }
      return united
    },
    unbound: () => database.read((connection) => unboundSessions(connection, scope)),
    update: (id, change) => database.write((connection) => updateSession(connection, scope, id, change), 'full'),
    assignKey: (id) => database.write((connection) => assignKey(connection, scope, id), 'full'),
    delete: (id, by, reason) =>
      database.write((connection) => deleteSession(connection, scope, id, by, reason ?? null), 'erase'),
    prune: (id) => database.write((connection) => pruneSession(connection, scope, id), 'erase'),
    stats: (filter) => database.read((connection) => sessionStats(connection, scope, filter)),
  }
}

type Sort = 'started' | 'last' | 'cost'

const COST = `COALESCE((SELECT SUM(u.cost_microdollars) FROM usage_session u
  WHERE u.workspace_id = s.workspace_id AND u.session_id = s.id), 0)`
const SORTS: Record<Sort, string> = { started: 's.started_ms', last: 's.last_ms', cost: COST }

function sorted(sort: Sort): string {
  return SESSION_SELECT.replace('SELECT s.id,', `SELECT CAST(${SORTS[sort]} AS BIGINT) AS sorted, s.id,`)
}

function place(sort: Sort, [value, uid]: (string | number | null)[]): Condition {
  return is(`(${SORTS[sort]}, s.uid) < (?, ?)`, value as Value, uid as Value)
}

async function updateSession(
  connection: Connection,
  scope: Scope,
  id: string,
  change: SessionChange,
): Promise<Session> {
  const session = await getSession(connection, scope, id)
  const columns: [string, Value][] = []
  if (change.title !== undefined) columns.push(['title', change.title])
  if (change.titleSource !== undefined) {
    columns.push(['title_source', change.titleSource === null ? null : TITLE_SOURCES.indexOf(change.titleSource)])
  }
  for (const [field, column] of PLAIN) if (change[field] !== undefined) columns.push([column, change[field]])
  for (const [field, column] of FLAGS) if (change[field] !== undefined) columns.push([column, change[field] ? 1 : 0])
  if (change.tags !== undefined) columns.push(['tags', JSON.stringify(change.tags)])
  if (change.customMetadata !== undefined) columns.push(['custom_metadata', JSON.stringify(change.customMetadata)])
  if (change.projectId !== undefined)
    columns.push(['project_id', await rowIdOf(connection, scope, 'project', change.projectId)])
  if (change.parentId !== undefined)
    columns.push(['parent_id', await rowIdOf(connection, scope, 'session', change.parentId)])
  if (columns.length === 0) return session
  if (change.userId !== undefined || change.projectId !== undefined)
    await staleSession(connection, scope.workspaceId, session.id)
  await connection.run(
    `UPDATE session SET ${columns.map(([name]) => `${name} = ?`).join(', ')} WHERE workspace_id = ? AND uid = ?`,
    [...columns.map(([, value]) => value), scope.workspaceId, session.id],
  )
  return getSession(connection, scope, session.id)
}

/** Fields that are kept as they come, with their columns. */
const PLAIN = [
  ['status', 'status'],
  ['kind', 'kind'],
  ['purpose', 'purpose'],
  ['userId', 'user_id'],
  ['agentName', 'agent_name'],
  ['clientName', 'client_name'],
  ['presence', 'presence'],
  ['relation', 'relation'],
  ['archivedAt', 'archived_at'],
  ['starredAt', 'starred_at'],
  ['pausedAt', 'paused_at'],
  ['resumedAt', 'resumed_at'],
  ['endedAt', 'ended_at'],
  ['summaryMarkdown', 'summary_markdown'],
  ['compactMarkdown', 'compact_markdown'],
] as const
const FLAGS = [
  ['implicit', 'implicit'],
  ['handoffReady', 'handoff_ready'],
] as const

/** How often a call is written down that changes nothing else. */
const TOUCH_EVERY_MS = 20_000

async function isDue(connection: Connection, scope: Scope, id: string, atMs: number): Promise<boolean> {
  const row = await first<{ called_ms: number | null }>(
    connection,
    'SELECT called_ms FROM session WHERE workspace_id = ? AND uid = ?',
    [scope.workspaceId, id],
  )
  // A call before the last one: the clock was set back. It counts all the same, or nothing would for a while.
  return row !== undefined && (row.called_ms === null || Math.abs(atMs - row.called_ms) >= TOUCH_EVERY_MS)
}

/** A clock set back by less than this is being kept right, and nothing to tell of. */
const SET_BACK_MS = 60_000

async function touchSession(connection: Connection, scope: Scope, id: string, atMs: number): Promise<void> {
  const session = await getSession(connection, scope, id)
  const setBackMs = session.calledAt === null ? 0 : Date.parse(session.calledAt) - atMs
  if (setBackMs >= SET_BACK_MS) {
    const reason = `the clock was set back by ${formatDuration(setBackMs)} between two calls in ${session.key ?? session.ref}`
    const at = new Date(atMs).toISOString()
    await noteProblem(
      connection,
      scope.workspaceId,
      { agent: session.agent, path: 'the clock of this machine', line: null, reason, at },
      null,
    )
  }
  // Where the last thing was a call under that clock, its time is no later than this one's: or nothing would ever expire.
  await connection.run(
    `UPDATE session SET called_ms = ?, last_ms = CASE WHEN last_ms < ? OR last_ms = called_ms THEN ? ELSE last_ms END
     WHERE workspace_id = ? AND uid = ?`,
    [atMs, atMs, atMs, scope.workspaceId, session.id],
  )
}

async function assignKey(connection: Connection, scope: Scope, id: string): Promise<Session> {
  const session = await getSession(connection, scope, id)
  const { workspaceId } = scope
  await connection.run('INSERT INTO session_counter (workspace_id, next_number) VALUES (?, 1) ON CONFLICT DO NOTHING', [
    workspaceId,
  ])
  // Locked before the session is asked again: of two callers for one session the second finds the first one's key.
  const counter = await first<{ next_number: number }>(
    connection,
    `SELECT next_number FROM session_counter WHERE workspace_id = ?${connection.dialect.forUpdate}`,
    [workspaceId],
  )
  const changed = await connection.run(
    'UPDATE session SET key_number = ? WHERE workspace_id = ? AND uid = ? AND key_number IS NULL',
    [counter?.next_number ?? 1, workspaceId, session.id],
  )
  if (changed > 0) {
    await connection.run('UPDATE session_counter SET next_number = next_number + 1 WHERE workspace_id = ?', [
      workspaceId,
    ])
  }
  return getSession(connection, scope, session.id)
}
