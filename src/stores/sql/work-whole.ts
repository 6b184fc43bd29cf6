import { mergeIntervals } from '../../domain/slice.ts'
import type { Interval } from '../../domain/slice.ts'
import { emptyUsage } from '../../domain/usage.ts'
import type { UsageFilter } from '../usage-store.ts'
import type { WorkFilter, WorkGroup, WorkSum } from '../work-store.ts'
import { among, every, is, lists } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'
import { personStretches } from './person-time.ts'
import { iso } from './scope.ts'
import type { Scope } from './scope.ts'
import { ALL, KEYS, edges, sumRows } from './usage-by-key.ts'
import { QUARTER_MS, sumByKey } from './usage-sums.ts'
import type { SumRow } from './usage-sums.ts'
import { ownActivity } from './work-activity.ts'
import { takeCountsOfWhole } from './work-counts.ts'
import { cutToPeriods, spanOf } from './work-periods.ts'
import type { Period } from './work-periods.ts'
import { inRange } from './work-sessions.ts'
import type { WorkSession } from './work-sessions.ts'

export interface WholeSession extends WorkSession {
  key: string | null
  calls: number
  failed: number
}

export const GROUP_KEYS: Record<WorkGroup, string> = {
  all: ALL,
  project: KEYS.project,
  person: KEYS.person,
  agent: KEYS.agent,
  session: KEYS.session,
}

/**
 * Sessions with anything in the range, with what they are added up by.
 *
 * @param named none but these
 */
export async function wholeSessions(
  connection: Connection,
  { workspaceId, idleMs }: Scope,
  group: WorkGroup,
  filter: WorkFilter,
  periods: readonly Period[],
  named?: readonly number[],
): Promise<WholeSession[]> {
  const ask = (which?: Condition): Promise<WholeSession[]> => {
    const where = every(inRange(workspaceId, filter, periods, idleMs), which)
    return connection.all<WholeSession>(
      `SELECT s.id, s.uid, s.started_ms, s.last_ms, ${GROUP_KEYS[group]} AS key, s.invocation_count AS calls,
         s.failed_count AS failed
       FROM session s LEFT JOIN project p ON p.id = s.project_id WHERE ${where.sql}`,
      where.values,
    )
  }
  if (named === undefined) return ask()
  const found: WholeSession[] = []
  for (const ids of lists(named)) found.push(...(await ask(among('s.id', ids))))
  return found
}

/**
 * What sessions did as a whole, by key and period.
 *
 * @param others sessions of the filter that are left out
 */
export async function sumsOfWhole(
  connection: Connection,
  scope: Scope,
  group: WorkGroup,
  filter: WorkFilter,
  periods: readonly Period[],
  sessions: readonly WholeSession[],
  others: readonly number[],
): Promise<WorkSum[]> {
  const known = new Map(sessions.map((session) => [session.id, session]))
  const sums = new Map<string, WorkSum>()
  const at = (key: string | null, period: number): WorkSum => {
    const place = `${period} ${key ?? ''}`
    let sum = sums.get(place)
    if (sum === undefined) {
      sums.set(place, (sum = emptySum(key === '' ? null : key, period)))
    }
    return sum
  }
  const of = (sessionId: number, period: number): WorkSum | undefined => {
    const session = known.get(sessionId)
    if (session === undefined) return undefined
    const sum = at(session.key, period)
    sum.sessionIds.add(sessionId)
    return sum
  }
  const worked = workedIn(periods, sessions, scope.idleMs)
  for (const [period, range] of periods.entries()) {
    if (!worked.has(period)) continue
    const cut = within(filter, range)
    const left = await usageWithout(connection, scope.workspaceId, GROUP_KEYS[group], cut, others)
    for (const [key, usage] of sumByKey(left)) at(String(key), period).usage = usage
    for (const id of await sessionsWithUsage(connection, scope.workspaceId, cut)) of(id, period)
  }
  await takeCalls(connection, scope, periods, worked, sessions, (id, period, calls, failed) => {
    const sum = of(id, period)
    if (sum === undefined) return
    sum.calls += calls
    sum.failedCalls += failed
  })
  for (const [id, activity] of await activityBySession(connection, scope, periods, known)) {
    for (const interval of activity)
      for (const [period, piece] of cutToPeriods(interval, periods)) {
        const sum = of(id, period)
        sum?.active.push(piece)
        if (sum !== undefined) sum.activeMs += piece.endMs - piece.startMs
      }
  }
  return [...sums.values()]
}

export function emptySum(key: string | null, period = 0): WorkSum {
  return {
    key,
    period,
    usage: emptyUsage(),
    active: [],
    activeMs: 0,
    calls: 0,
    failedCalls: 0,
    sessionIds: new Set(),
    sessions: 0,
  }
}

/** Periods that some session may have been at work in. Of the others nothing is asked. */
function workedIn(periods: readonly Period[], sessions: readonly WholeSession[], idleMs: number): Set<number> {
  const worked = new Set<number>()
  const slackMs = Math.max(QUARTER_MS, idleMs)
  for (const { started_ms: startMs, last_ms: lastMs } of sessions)
    for (const [period] of cutToPeriods({ startMs, endMs: lastMs + slackMs }, periods)) worked.add(period)
  return worked
}

/** The filter in one of its periods. */
export function within({ projectId, agent }: WorkFilter, [from, to]: Period): UsageFilter {
  return {
    ...(projectId === undefined ? {} : { projectId }),
    ...(agent === undefined ? {} : { agent }),
    ...(Number.isFinite(from) ? { from: iso(from) } : {}),
    ...(Number.isFinite(to) ? { to: iso(to) } : {}),
  }
}

/** Usage by key and model, without that of some sessions. */
export async function usageWithout(
  connection: Connection,
  workspaceId: number,
  key: string,
  filter: UsageFilter,
  sessionIds: readonly number[],
): Promise<SumRow[]> {
  if (sessionIds.length === 0) return sumRows(connection, workspaceId, key, filter)
  // A sum of all has models that have a price in one row, from which nothing of one model can be taken.
  const by = key === ALL ? KEYS.model : key
  const others: SumRow[] = []
  for (const ids of lists(sessionIds))
    others.push(...(await sumRows(connection, workspaceId, by, filter, among('s.id', ids))))
  const left = less(await sumRows(connection, workspaceId, by, filter), others)
  return key === ALL ? left.map((row) => ({ ...row, key: '' })) : left
}

/** Rows by key and model without what others of the same came to. */
function less(rows: readonly SumRow[], others: readonly SumRow[]): SumRow[] {
  const left = new Map<string, SumRow>()
  const add = (row: SumRow, sign: 1 | -1): void => {
    const place = JSON.stringify([row.key, row.model])
    const sum = (left.get(place) ?? { key: row.key, model: row.model }) as unknown as Record<string, unknown>
    for (const [column, value] of Object.entries(row)) {
      if (typeof value === 'number' && column !== 'key')
        sum[column] = ((sum[column] as number | undefined) ?? 0) + sign * value
    }
    left.set(place, sum as unknown as SumRow)
  }
  for (const row of rows) add(row, 1)
  for (const row of others) add(row, -1)
  return [...left.values()]
}

async function sessionsWithUsage(
  connection: Connection,
  workspaceId: number,
  filter: UsageFilter,
): Promise<Set<number>> {
  const { from, to } = filter
  const found = new Set<number>()
  const look = async (sql: string, values: number[]): Promise<void> => {
    for (const { id } of await connection.all<{ id: number }>(sql, [workspaceId, ...values])) found.add(id)
  }
  if (from === undefined && to === undefined) {
    await look('SELECT DISTINCT session_id AS id FROM usage_session WHERE workspace_id = ?', [])
    return found
  }
  const whole = every(
    from !== undefined && is('quarter >= ?', Math.ceil(Date.parse(from) / QUARTER_MS)),
    to !== undefined && is('quarter < ?', Math.floor(Date.parse(to) / QUARTER_MS)),
  )
  await look(
    `SELECT DISTINCT session_id AS id FROM usage_quarter WHERE workspace_id = ? AND ${whole.sql}`,
    whole.values as number[],
  )
  for (const stretch of edges(filter)) {
    await look(
      `SELECT DISTINCT t.session_id AS id FROM usage u JOIN transcript t ON t.id = u.transcript_id
       WHERE u.workspace_id = ? AND u.inherited = 0 AND u.at_ms >= ? AND u.at_ms < ?`,
      stretch,
    )
  }
  return found
}

/** Calls of sessions by period: a session's own counters where a period holds all of it, else rows. */
async function takeCalls(
  connection: Connection,
  scope: Scope,
  periods: readonly Period[],
  worked: ReadonlySet<number>,
  sessions: readonly WholeSession[],
  take: (sessionId: number, period: number, calls: number, failed: number) => void,
): Promise<void> {
  const [only] = periods
  if (periods.length > 1 || only === undefined) {
    for (const [period, [from, to]] of periods.entries()) {
      if (!worked.has(period)) continue
      const rows = await connection.all<{ id: number; calls: number; failed: number }>(
        `SELECT t.session_id AS id, COUNT(*) AS calls, CAST(SUM(CASE WHEN i.outcome = 1 THEN 1 ELSE 0 END) AS BIGINT) AS failed
         FROM invocation i JOIN transcript t ON t.id = i.transcript_id
         WHERE i.id >= ? AND i.id < ? AND i.workspace_id = ? AND i.inherited = 0 GROUP BY t.session_id`,
        [Math.max(0, from) * 2048, to * 2048, scope.workspaceId],
      )
      for (const { id, calls, failed } of rows) take(id, period, calls, failed)
    }
    return
  }
  const across: WholeSession[] = []
  for (const session of sessions) {
    if (only[0] > session.started_ms || only[1] <= session.last_ms) across.push(session)
    else if (session.calls > 0) take(session.id, 0, session.calls, session.failed)
  }
  for (const some of lists(across)) {
    await takeCountsOfWhole(connection, 'calls', some, periods, (id, period, count) => take(id, period, count, 0))
    await takeCountsOfWhole(connection, 'failedCalls', some, periods, (id, period, count) => take(id, period, 0, count))
  }
}

/** More sessions than this are not asked about by name: all there is in the range is read. */
const NAMED = 2048

async function activityBySession(
  connection: Connection,
  scope: Scope,
  periods: readonly Period[],
  sessions: ReadonlyMap<number, WholeSession>,
): Promise<Map<number, Interval[]>> {
  const [from, to] = spanOf(periods)
  const range = every(
    Number.isFinite(from) && is('a.end_ms >= ?', from),
    Number.isFinite(to) && is('a.start_ms < ?', to),
  )
  const found = new Map<number, Interval[]>()
  const ids = [...sessions.keys()]
  const named = ids.length > NAMED ? [undefined] : [...lists(ids)].map((some) => among('t.session_id', some))
  for (const which of named) {
    for (const { session_id: id, startMs, endMs } of await ownActivity(connection, scope, every(which, range))) {
      if (!sessions.has(id)) continue
      const known = found.get(id)
      if (known === undefined) found.set(id, [{ startMs, endMs }])
      else known.push({ startMs, endMs })
    }
  }
  const people = await connection.all<{ id: number }>(
    'SELECT DISTINCT session_id AS id FROM person_interval WHERE workspace_id = ?',
    [scope.workspaceId],
  )
  for (const some of lists(people.map(({ id }) => id).filter((id) => sessions.has(id)))) {
    for (const { session_id: id, startMs, endMs } of await personStretches(connection, scope, some, scope.idleMs))
      found.set(id, [...(found.get(id) ?? []), { startMs, endMs }])
  }
  for (const [id, intervals] of found) if (intervals.length > 1) found.set(id, mergeIntervals(intervals))
  return found
}
