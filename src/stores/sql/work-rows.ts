import { mergeIntervals } from '../../domain/slice.ts'
import type { Interval } from '../../domain/slice.ts'
import { every, is } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'
import { QUARTER_MS, USAGE_COLUMNS } from './usage-sums.ts'
import { DAY_MS } from './work-stale.ts'

/** How long one `slot` is: of sums over all projects, of those by project. Milliseconds. */
export const SLOT_MS = [3_600_000, DAY_MS] as const

export type UsageSums = Record<(typeof USAGE_COLUMNS)[number], number>

/** What sessions ever did that began in one slot and that reports do not tell apart. */
export interface WorkRow extends UsageSums {
  byProject: 0 | 1
  slot: number
  agent: string
  /** Row id; 0 for none, and where projects are not told apart. */
  projectId: number
  /** Empty where it is not recorded. */
  userId: string
  /** Something was current in them. */
  stood: number
  /** They go on for longer than a slot. */
  isLong: number
  /** Row id; 0 for what is not by model. */
  modelId: number
  /** All of it lies before this. */
  latestMs: number
  sessions: number
  calls: number
  failed: number
  activeMs: number
  /** Beginnings and lengths in Unix milliseconds, merged, with commas between. */
  stretches: string | null
  /** Row ids with commas between. */
  sessionIds: string | null
}

type Place = Pick<WorkRow, 'byProject' | 'slot' | 'agent' | 'projectId' | 'userId' | 'stood' | 'isLong'>

/** Rows on their way. */
interface Cell extends Place, Pick<WorkRow, 'latestMs' | 'calls' | 'failed' | 'activeMs'> {
  sessionIds: number[]
  stretches: Interval[]
  usage: Map<number, UsageSums>
}

interface Began {
  id: number
  startedMs: number
  lastMs: number
  agent: string
  projectId: number
  userId: string
  stood: number
  calls: number
  failed: number
  activeMs: number
  used: number
}

/** Adds up what sessions ever did that began on some days of UTC, from their own rows; those of people aside. */
export async function rowsOfDays(
  connection: Connection,
  workspaceId: number,
  days: readonly number[],
): Promise<WorkRow[]> {
  const cells = new Map<string, Cell>()
  for (const [from, to] of runsOf(days)) {
    const where = every(
      is('s.workspace_id = ? AND s.started_ms >= ? AND s.started_ms < ?', workspaceId, from * DAY_MS, to * DAY_MS),
      is('NOT EXISTS (SELECT 1 FROM person_interval i WHERE i.session_id = s.id)'),
    )
    const own = new Map<number, Cell[]>()
    for (const session of await begunIn(connection, where)) {
      if (session.calls === 0 && session.activeMs === 0 && session.used === 0) continue
      own.set(session.id, [cellOf(cells, session, 0), cellOf(cells, session, 1)])
    }
    for (const row of await usageOf(connection, where))
      for (const cell of own.get(row.sessionId) ?? []) addUsage(cell.usage, row)
    for (const { sessionId, quarter } of await lastQuartersOf(connection, where))
      for (const cell of own.get(sessionId) ?? []) cell.latestMs = Math.max(cell.latestMs, (quarter + 1) * QUARTER_MS)
    for (const { sessionId, startMs, endMs } of await stretchesOf(connection, where))
      for (const cell of own.get(sessionId) ?? []) {
        cell.stretches.push({ startMs, endMs })
        cell.latestMs = Math.max(cell.latestMs, endMs)
      }
  }
  return [...cells.values()].flatMap(rowsOf)
}

/** Days that follow one another as `[first, behind the last]`. */
function runsOf(days: readonly number[]): [number, number][] {
  const runs: [number, number][] = []
  for (const day of days) {
    const last = runs.at(-1)
    if (last?.[1] === day) last[1] = day + 1
    else runs.push([day, day + 1])
  }
  return runs
}

function cellOf(cells: Map<string, Cell>, session: Began, byProject: 0 | 1): Cell {
  const { agent, userId, stood, startedMs, lastMs } = session
  const slot = Math.trunc(startedMs / SLOT_MS[byProject])
  const projectId = byProject === 1 ? session.projectId : 0
  const isLong = lastMs - startedMs > SLOT_MS[byProject] ? 1 : 0
  const key = `${byProject} ${slot} ${projectId} ${stood} ${isLong} ${agent} ${userId}`
  let cell = cells.get(key)
  if (cell === undefined) {
    const nothing = { latestMs: 0, calls: 0, failed: 0, activeMs: 0, sessionIds: [], stretches: [], usage: new Map() }
    cells.set(key, (cell = { byProject, slot, agent, projectId, userId, stood, isLong, ...nothing }))
  }
  cell.latestMs = Math.max(cell.latestMs, lastMs + 1)
  cell.calls += session.calls
  cell.failed += session.failed
  cell.activeMs += session.activeMs
  cell.sessionIds.push(session.id)
  return cell
}

function addUsage(into: Map<number, UsageSums>, row: UsageSums & { modelId: number }): void {
  if (row.responses === 0) return
  const sums = into.get(row.modelId)
  if (sums === undefined) into.set(row.modelId, copyOf(row))
  else for (const column of USAGE_COLUMNS) sums[column] += row[column]
}

export const NO_USAGE = Object.fromEntries(USAGE_COLUMNS.map((column) => [column, 0])) as UsageSums
export const NO_FACTS = { sessions: 0, calls: 0, failed: 0, activeMs: 0, stretches: null, sessionIds: null }

function copyOf(row: UsageSums): UsageSums {
  const copy = {} as UsageSums
  for (const column of USAGE_COLUMNS) copy[column] = row[column]
  return copy
}

function rowsOf(cell: Cell): WorkRow[] {
  const { byProject, slot, agent, projectId, userId, stood, isLong, latestMs, calls, failed, activeMs } = cell
  const place = { byProject, slot, agent, projectId, userId, stood, isLong, latestMs }
  const times: number[] = []
  for (const { startMs, endMs } of mergeIntervals(cell.stretches)) times.push(startMs, endMs - startMs)
  const [stretches, sessionIds] = [times.length === 0 ? null : times.join(','), cell.sessionIds.join(',')]
  const facts = { modelId: 0, sessions: cell.sessionIds.length, calls, failed, activeMs, stretches, sessionIds }
  const rows: WorkRow[] = [Object.assign(facts, place, NO_USAGE)]
  for (const [modelId, sums] of cell.usage) rows.push(Object.assign({ modelId }, place, NO_FACTS, sums))
  return rows
}

function begunIn(connection: Connection, where: Condition): Promise<Began[]> {
  return connection.all(
    `SELECT s.id, s.started_ms AS "startedMs", s.last_ms AS "lastMs", s.agent, COALESCE(s.project_id, 0) AS "projectId",
       COALESCE(s.user_id, '') AS "userId", s.invocation_count AS calls, s.failed_count AS failed, s.active_ms AS "activeMs",
       CASE WHEN EXISTS (SELECT 1 FROM frame_interval f WHERE f.session_id = s.id) THEN 1 ELSE 0 END AS stood,
       CASE WHEN EXISTS (SELECT 1 FROM usage_session u WHERE u.workspace_id = s.workspace_id AND u.session_id = s.id
         AND u.responses > 0) THEN 1 ELSE 0 END AS used
     FROM session s WHERE ${where.sql}`,
    where.values,
  )
}

// CROSS: SQLite walks tables in the order they are named, from the sessions of the days.
function usageOf(
  connection: Connection,
  where: Condition,
): Promise<(UsageSums & { sessionId: number; modelId: number })[]> {
  return connection.all(
    `SELECT u.session_id AS "sessionId", u.model_id AS "modelId", ${USAGE_COLUMNS.map((column) => `u.${column}`).join(', ')}
     FROM session s CROSS JOIN usage_session u
     WHERE ${where.sql} AND u.workspace_id = s.workspace_id AND u.session_id = s.id`,
    where.values,
  )
}

function lastQuartersOf(connection: Connection, where: Condition): Promise<{ sessionId: number; quarter: number }[]> {
  return connection.all(
    `SELECT u.session_id AS "sessionId", MAX(u.quarter) AS quarter FROM session s CROSS JOIN usage_quarter u
     WHERE ${where.sql} AND u.workspace_id = s.workspace_id AND u.session_id = s.id GROUP BY u.session_id`,
    where.values,
  )
}

function stretchesOf(connection: Connection, where: Condition): Promise<(Interval & { sessionId: number })[]> {
  return connection.all(
    `SELECT s.id AS "sessionId", CASE WHEN a.start_ms < t.own_ms THEN t.own_ms ELSE a.start_ms END AS "startMs", a.end_ms AS "endMs"
     FROM session s CROSS JOIN transcript t CROSS JOIN active_interval a
     WHERE ${where.sql} AND a.transcript_id = t.id AND a.workspace_id = t.workspace_id AND t.session_id = s.id
       AND t.workspace_id = s.workspace_id AND t.own_ms IS NOT NULL AND a.end_ms > a.start_ms AND a.end_ms > t.own_ms`,
    where.values,
  )
}
