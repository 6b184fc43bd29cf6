import type { Frame } from '../../domain/context.ts'
import { attributionOf, segmentsOf } from '../../domain/frame-interval.ts'
import type { Attribution } from '../../domain/frame-interval.ts'
import { IDLE_MS } from '../../domain/session.ts'
import { clipInterval, cutToSpans, mergeIntervals } from '../../domain/slice.ts'
import type { Interval, Span } from '../../domain/slice.ts'
import { addUsage, emptyUsage } from '../../domain/usage.ts'
import type { UsageTotals } from '../../domain/usage.ts'
import type { WorkFilter, WorkPart, WorkStore } from '../store.ts'
import { among, every, is, lists } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'
import { cutIn } from './interval-cuts.ts'
import type { IntervalFact } from './interval-cuts.ts'
import type { Scope } from './scope.ts'
import { QUARTER_MS, QUARTER_SUMS, ROW_SUMS, toTotals } from './usage-sums.ts'
import type { SumRow } from './usage-sums.ts'

interface SessionFact {
  id: number
  uid: string
}

interface ActivityRow extends Interval {
  session_id: number
  /** Null for a person's own. */
  transcript_id: number | null
}

/** [from, to) of one period, Unix milliseconds. */
type Period = [number, number]

/** What was done for which ticket; see `WorkStore`. */
export function workStore(scope: Scope): WorkStore {
  return {
    parts: (filter, boundaries, idleMs = IDLE_MS) =>
      scope.database.read(async (connection) => {
        const periods = periodsOf(filter, boundaries)
        const parts: WorkPart[] = []
        if (periods.length === 0) return parts
        const sessions = await sessionsOf(connection, scope, filter, periods)
        for (const some of lists(sessions)) parts.push(...(await partsOf(connection, scope, some, periods, idleMs)))
        const wanted = filter.ticketIds
        return wanted === undefined ? parts : parts.filter((part) => wanted.includes(part.ticketId ?? ''))
      }),
  }
}

function periodsOf({ from, to }: WorkFilter, boundaries: readonly string[] | undefined): Period[] {
  const start = from === undefined ? -Infinity : Date.parse(from)
  const end = to === undefined ? Infinity : Date.parse(to)
  const cuts = boundaries === undefined ? [start, end] : boundaries.map((boundary) => Date.parse(boundary))
  const periods: Period[] = []
  for (let i = 0; i + 1 < cuts.length; i++) {
    periods.push([Math.max(start, cuts[i] as number), Math.min(end, cuts[i + 1] as number)])
  }
  return periods.some(([a, b]) => a < b) ? periods : []
}

/** Sessions with anything in the range: with a filter of tickets, those that stood on one. */
async function sessionsOf(
  connection: Connection,
  { workspaceId }: Scope,
  filter: WorkFilter,
  periods: readonly Period[],
): Promise<SessionFact[]> {
  const [from, to] = [Math.min(...periods.map(([a]) => a)), Math.max(...periods.map(([, b]) => b))]
  const { sessionId, projectId, agent, ticketIds } = filter
  const where = every(
    is('s.workspace_id = ?', workspaceId),
    sessionId !== undefined && is('s.uid = ?', sessionId),
    projectId !== undefined && is('p.uid = ?', projectId),
    agent !== undefined && is('s.agent = ?', agent),
    // A call may still be at work when its last entry is written: nothing begins before a session does.
    Number.isFinite(from) && is('s.last_ms >= ?', from - QUARTER_MS),
    Number.isFinite(to) && is('s.started_ms < ?', to),
    ticketIds !== undefined && standingOn(ticketIds),
  )
  return connection.all<SessionFact>(
    `SELECT s.id, s.uid FROM session s LEFT JOIN project p ON p.id = s.project_id
     WHERE ${where.sql} ORDER BY s.started_ms, s.uid`,
    where.values,
  )
}

function standingOn(ticketIds: readonly string[]): Condition {
  const tickets = among('k.uid', ticketIds)
  return is(
    `EXISTS (SELECT 1 FROM frame_interval f JOIN ticket k ON k.id = f.ticket_id
       WHERE f.session_id = s.id AND f.workspace_id = s.workspace_id AND ${tickets.sql})`,
    ...tickets.values,
  )
}

async function partsOf(
  connection: Connection,
  scope: Scope,
  sessions: readonly SessionFact[],
  periods: readonly Period[],
  idleMs: number,
): Promise<WorkPart[]> {
  const ids = sessions.map((session) => session.id)
  const intervals = Map.groupBy(await intervalsOf(connection, ids), (interval) => interval.sessionId)
  const activity = Map.groupBy(await activityOf(connection, scope, ids, idleMs), (row) => row.session_id)
  const parts = partSet()
  const plain = sessions.filter((session) => !intervals.has(session.id))
  const uids = new Map(sessions.map((session) => [session.id, session.uid]))
  for (const [period, sums] of (await usageOfWhole(connection, scope, plain, periods)).entries()) {
    for (const [sessionId, totals] of sums) {
      addUsage(parts.at(uids.get(sessionId) as string, period, undefined).usage, totals)
    }
  }
  for (const session of sessions) {
    const own = intervals.get(session.id) ?? []
    if (own.length > 0) await addSegments(connection, scope, session, own, periods, parts)
    addActivity(session, own, activity.get(session.id) ?? [], periods, parts)
  }
  return parts.all()
}

interface PartSet {
  at(sessionId: string, period: number, interval: IntervalFact | undefined): WorkPart
  all(): WorkPart[]
}

function partSet(): PartSet {
  const parts = new Map<string, WorkPart>()
  return {
    at(sessionId, period, interval) {
      const attribution: Attribution = interval === undefined ? 'unattributed' : attributionOf(interval)
      const ticketId = interval?.stack.at(-1)?.ticketId ?? null
      const key = `${sessionId} ${period} ${attribution} ${ticketId ?? ''}`
      const known = parts.get(key)
      if (known) return known
      const part: WorkPart = { sessionId, period, attribution, ticketId, usage: emptyUsage(), active: [] }
      parts.set(key, part)
      return part
    },
    all: () =>
      [...parts.values()]
        .map((part) => ({ ...part, active: mergeIntervals(part.active) }))
        .filter((part) => part.usage.responses > 0 || part.active.length > 0),
  }
}

async function intervalsOf(connection: Connection, sessionIds: readonly number[]): Promise<IntervalFact[]> {
  const where = among('session_id', sessionIds)
  const rows = await connection.all<Omit<IntervalFact, 'stack' | 'optedOut'> & { stack: string; opted_out: number }>(
    `SELECT session_id AS "sessionId", transcript_id AS "transcriptId", from_ms AS "fromMs", call_hash AS "callHash",
       from_record AS "fromRecord", stack, opted_out FROM frame_interval WHERE ${where.sql} ORDER BY id`,
    where.values,
  )
  return rows.map(({ stack, opted_out: optedOut, ...row }) => ({
    ...row,
    stack: JSON.parse(stack) as Frame[],
    optedOut: optedOut === 1,
  }))
}

/** Usage of sessions that stood on nothing, by period: whole quarters from their sums, the rest from rows. */
async function usageOfWhole(
  connection: Connection,
  scope: Scope,
  sessions: readonly SessionFact[],
  periods: readonly Period[],
): Promise<Map<number, UsageTotals>[]> {
  const ids = sessions.map((session) => session.id)
  const found: Map<number, UsageTotals>[] = []
  for (const [from, to] of periods) {
    const sums = new Map<number, UsageTotals>()
    found.push(sums)
    if (ids.length === 0 || from >= to) continue
    const add = (rows: readonly SumRow[]): void => {
      for (const row of rows) {
        if (row.responses === 0) continue
        const key = row.key as number
        sums.set(key, addUsage(sums.get(key) ?? emptyUsage(), toTotals(row)))
      }
    }
    const [first, last] = [Math.ceil(from / QUARTER_MS), Math.floor(to / QUARTER_MS)]
    if (first < last) {
      const where = every(
        is('u.workspace_id = ?', scope.workspaceId),
        among('u.session_id', ids),
        Number.isFinite(first) && is('u.quarter >= ?', first),
        Number.isFinite(last) && is('u.quarter < ?', last),
      )
      add(
        await connection.all<SumRow>(
          `SELECT u.session_id AS key, n.text AS model, ${QUARTER_SUMS} FROM usage_quarter u JOIN name n ON n.id = u.model_id
           WHERE ${where.sql} GROUP BY 1, 2`,
          where.values,
        ),
      )
    }
    const edges: Period[] =
      first < last
        ? [
            [from, first * QUARTER_MS],
            [last * QUARTER_MS, to],
          ]
        : [[from, to]]
    for (const [a, b] of edges) {
      if (!(a < b)) continue
      const where = every(
        is('u.workspace_id = ? AND u.inherited = 0 AND u.at_ms >= ? AND u.at_ms < ?', scope.workspaceId, a, b),
        among('t.session_id', ids),
      )
      add(
        await connection.all<SumRow>(
          `SELECT t.session_id AS key, n.text AS model, ${ROW_SUMS} FROM usage u JOIN transcript t ON t.id = u.transcript_id
           JOIN name n ON n.id = u.model_id WHERE ${where.sql} GROUP BY 1, 2`,
          where.values,
        ),
      )
    }
  }
  return found
}

/** Usage of a session that stood on something: each transcript in its stretches of records. */
async function addSegments(
  connection: Connection,
  scope: Scope,
  session: SessionFact,
  intervals: readonly IntervalFact[],
  periods: readonly Period[],
  parts: PartSet,
): Promise<void> {
  const transcripts = await connection.all<{ id: number; first_ms: number | null }>(
    'SELECT id, first_ms FROM transcript WHERE workspace_id = ? AND session_id = ? ORDER BY id',
    [scope.workspaceId, session.id],
  )
  for (const transcript of transcripts) {
    const cuts = []
    for (const interval of decidingIn(intervals, transcript.id)) {
      cuts.push({ ...interval, afterRecord: await cutIn(connection, transcript, interval) })
    }
    for (const { interval, fromRecord, toRecord } of segmentsOf(cuts)) {
      for (const [period, [from, to]] of periods.entries()) {
        const where = every(
          is('u.transcript_id = ? AND u.inherited = 0', transcript.id),
          fromRecord >= 0 && is('u.record > ?', fromRecord),
          Number.isFinite(toRecord) && is('u.record <= ?', toRecord),
          Number.isFinite(from) && is('u.at_ms >= ?', from),
          Number.isFinite(to) && is('u.at_ms < ?', to),
        )
        const sums = await connection.all<SumRow>(
          `SELECT NULL AS key, n.text AS model, ${ROW_SUMS} FROM usage u JOIN name n ON n.id = u.model_id
           WHERE ${where.sql} GROUP BY n.text ORDER BY n.text`,
          where.values,
        )
        for (const sum of sums) addUsage(parts.at(session.uid, period, interval).usage, toTotals(sum))
      }
    }
  }
}

/** The session's intervals as one transcript sees them: from its own first on, only its own count. */
function decidingIn(intervals: readonly IntervalFact[], transcriptId: number | null): IntervalFact[] {
  const own = intervals.findIndex((interval) => transcriptId !== null && interval.transcriptId === transcriptId)
  return intervals.filter((interval, i) =>
    interval.transcriptId === null ? own < 0 || i < own : interval.transcriptId === transcriptId,
  )
}

function addActivity(
  session: SessionFact,
  intervals: readonly IntervalFact[],
  activity: readonly ActivityRow[],
  periods: readonly Period[],
  parts: PartSet,
): void {
  for (const [transcriptId, rows] of Map.groupBy(activity, (row) => row.transcript_id)) {
    const spans = spansOf(decidingIn(intervals, transcriptId))
    for (const [period, [from, to]] of periods.entries()) {
      const inside = rows.map((row) => clipInterval(row, from, to)).filter((row) => row !== undefined)
      for (const { holds, interval } of cutToSpans(inside, spans))
        parts.at(session.uid, period, holds).active.push(interval)
    }
  }
}

function spansOf(intervals: readonly IntervalFact[]): Span<IntervalFact>[] {
  const spans: Span<IntervalFact>[] = []
  for (const interval of intervals) {
    while (spans.length > 0 && (spans.at(-1) as Span<IntervalFact>).startMs >= interval.fromMs) spans.pop()
    const last = spans.at(-1)
    if (last) last.endMs = interval.fromMs
    spans.push({ holds: interval, startMs: interval.fromMs, endMs: Infinity })
  }
  return spans
}

/** What transcripts tell of work, their own part of it; for sessions without transcript what the person's calls tell. */
async function activityOf(
  connection: Connection,
  scope: Scope,
  sessionIds: readonly number[],
  idleMs: number,
): Promise<ActivityRow[]> {
  const sessions = among('t.session_id', sessionIds)
  const rows = await connection.all<ActivityRow & { own_ms: number | null }>(
    `SELECT t.session_id, a.transcript_id, a.start_ms AS "startMs", a.end_ms AS "endMs", t.own_ms
     FROM transcript t JOIN active_interval a ON a.transcript_id = t.id AND a.workspace_id = t.workspace_id
     WHERE t.workspace_id = ? AND ${sessions.sql}`,
    [scope.workspaceId, ...sessions.values],
  )
  const own = rows.flatMap(({ own_ms: ownMs, ...row }): ActivityRow[] =>
    ownMs === null || row.endMs < ownMs ? [] : [{ ...row, startMs: Math.max(row.startMs, ownMs) }],
  )
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
    [scope.workspaceId, ...people.values],
  )
  for (const { session_id, start_ms: startMs, last_ms: lastMs, end_ms: endMs } of stretches) {
    const through = endMs ?? Math.max(lastMs, Math.min(scope.now(), lastMs + idleMs))
    own.push({ session_id, transcript_id: null, startMs, endMs: through })
  }
  return own
}
