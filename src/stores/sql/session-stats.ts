import type { SessionFilter, SessionStats } from '../session-store.ts'
import { every, is } from './condition.ts'
import type { Connection } from './connection.ts'
import { countRows } from './count-rows.ts'
import { isoOrNull } from './scope.ts'
import type { Scope } from './scope.ts'
import { expiries, sessionCondition, walked } from './session-rows.ts'

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

/** Sums over groups in the order of the index `session_facets`, which holds all that is asked: no row is read, none is sorted. */
export async function sessionStats(connection: Connection, scope: Scope, filter: SessionFilter): Promise<SessionStats> {
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
