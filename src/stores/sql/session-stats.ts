import type { SessionFilter, SessionStats } from '../session-store.ts'
import { every, is } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { countRows } from './count-rows.ts'
import { isoOrNull } from './scope.ts'
import type { Scope } from './scope.ts'
import { expiries, expiryTimes, sessionCondition, walked } from './session-rows.ts'
import { answersUntilWritten } from './until-written.ts'

/** Sessions of one agent, project and stored status. The rest of them stand as `status` says. */
interface StatsRow {
  agent: string
  project: string | null
  status: string
  sessions: number
  archived: number
  ready: number
  stale: number
  entries: number
  oldest_ms: number
  newest_ms: number
}

const STANDING = 's.archived_at IS NULL AND s.handoff_ready <> 1'

/** Groups of sessions, and how many expired unasked, as they stood at a time. */
interface Groups {
  rows: StatsRow[]
  unasked: number
  /** What had its last activity before these times had expired, in Unix milliseconds; the second for sessions nobody asked for. */
  staleAtMs: number
  idleAtMs: number
}

/** One for all filters: groups of a long history are many, and who asks again asks the same. */
const QUESTION = 'groups of sessions'

/** Counts of all sessions: with 100,000 of them they take a while, so they hold until somebody writes or a session expires. */
export async function sessionStats(connection: Connection, scope: Scope, filter: SessionFilter): Promise<SessionStats> {
  const asked = JSON.stringify([scope.workspaceId, filter])
  const answers = await answersUntilWritten(connection)
  const known = answers?.get(QUESTION) as { asked: string; groups: Groups } | undefined
  if (known?.asked === asked && !(await hasExpiredSince(connection, scope, known.groups))) return statsOf(known.groups)
  const groups = await groupsOf(connection, scope, filter)
  answers?.keep(QUESTION, { asked, groups })
  return statsOf(groups)
}

/** True where a session may have expired since, or the clock went back. */
async function hasExpiredSince(
  connection: Connection,
  scope: Scope,
  { staleAtMs, idleAtMs }: Groups,
): Promise<boolean> {
  const now = expiryTimes(scope)
  if (now.staleAtMs < staleAtMs || now.idleAtMs < idleAtMs) return true
  const passed = [now.staleAtMs, staleAtMs, now.idleAtMs, idleAtMs]
  const row = await first(
    connection,
    `SELECT 1 FROM session WHERE workspace_id = ? AND last_ms < ? AND last_ms >= ?
     UNION ALL SELECT 1 FROM session WHERE workspace_id = ? AND last_ms < ? AND last_ms >= ? LIMIT 1`,
    [scope.workspaceId, ...passed.slice(0, 2), scope.workspaceId, ...passed.slice(2)],
  )
  return row !== undefined
}

/** Sums over groups in the order of the index `session_facets`, which holds all that is asked: no row is read, none is sorted. */
async function groupsOf(connection: Connection, scope: Scope, filter: SessionFilter): Promise<Groups> {
  const times = expiryTimes(scope)
  const matching = sessionCondition(scope, filter)
  const where = walked(scope, matching, filter)
  const [stale, idle] = expiries(scope)
  const rows = await connection.all<StatsRow>(
    `SELECT s.agent, (SELECT o.name FROM project o WHERE o.id = s.project_id) AS project, s.status, COUNT(*) AS sessions,
       ${countOf('s.archived_at IS NOT NULL')} AS archived,
       ${countOf('s.archived_at IS NULL AND s.handoff_ready = 1')} AS ready,
       ${countOf(`${STANDING} AND ${stale.sql}`)} AS stale,
       CAST(SUM(s.entry_count) AS BIGINT) AS entries, MIN(s.started_ms) AS oldest_ms, MAX(s.last_ms) AS newest_ms
     FROM session s WHERE ${where.sql} GROUP BY s.workspace_id, s.agent, s.project_id, s.status`,
    [...stale.values, ...where.values],
  )
  const unasked = await countRows(connection, 'FROM session s', every(matching, is(STANDING), idle))
  return { rows, unasked, ...times }
}

function statsOf({ rows, unasked }: Groups): SessionStats {
  const stats: SessionStats = {
    total: 0,
    byStatus: {},
    byAgent: {},
    byProject: [],
    entries: 0,
    oldestAt: null,
    newestAt: null,
  }
  const statuses = new Map<string, number>([
    ['expired', unasked],
    ['active', -unasked],
  ])
  const agents = new Map<string, number>()
  const projects = new Map<string | null, number>()
  for (const row of rows) {
    stats.total += row.sessions
    stats.entries += row.entries
    add(agents, row.agent, row.sessions)
    add(projects, row.project, row.sessions)
    add(statuses, 'archived', row.archived)
    add(statuses, 'handoff_ready', row.ready)
    add(statuses, 'expired', row.stale)
    add(statuses, row.status, row.sessions - row.archived - row.ready - row.stale)
  }
  stats.byStatus = Object.fromEntries([...statuses].filter(([, sessions]) => sessions > 0).sort(mostFirst))
  stats.byAgent = Object.fromEntries([...agents].sort(mostFirst))
  stats.byProject = [...projects].sort(mostFirst).map(([project, sessions]) => ({ project, sessions }))
  if (rows.length > 0) {
    stats.oldestAt = isoOrNull(Math.min(...rows.map((row) => row.oldest_ms)))
    stats.newestAt = isoOrNull(Math.max(...rows.map((row) => row.newest_ms)))
  }
  return stats
}

function countOf(condition: string): string {
  return `CAST(SUM(CASE WHEN ${condition} THEN 1 ELSE 0 END) AS BIGINT)`
}

function add<Key>(counts: Map<Key, number>, key: Key, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count)
}

function mostFirst([, a]: [unknown, number], [, b]: [unknown, number]): number {
  return b - a
}
