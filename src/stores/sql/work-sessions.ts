import type { Frame } from '../../domain/context.ts'
import { segmentsOf } from '../../domain/frame-interval.ts'
import type { Segment } from '../../domain/frame-interval.ts'
import type { WorkFilter } from '../work-store.ts'
import { among, every, is } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'
import { cutIn } from './interval-cuts.ts'
import type { IntervalFact } from './interval-cuts.ts'
import type { Scope } from './scope.ts'
import { QUARTER_MS } from './usage-sums.ts'
import { spanOf } from './work-periods.ts'
import type { Period } from './work-periods.ts'

export interface WorkSession {
  id: number
  uid: string
  started_ms: number
  last_ms: number
}

/** A stretch of one transcript's records in which one interval decides. */
export interface WorkSegment extends Pick<Segment<unknown>, 'fromRecord' | 'toRecord'> {
  session: WorkSession
  transcript: TranscriptFact
  interval: IntervalFact | undefined
}

interface TranscriptFact {
  id: number
  session_id: number
  first_ms: number | null
  last_ms: number | null
}

/** What decides in which part of some sessions. */
export interface Division {
  intervals: Map<number, IntervalFact[]>
  /** Sessions in which one thing held from the beginning on, or nothing ever did, by what did. */
  whole: { session: WorkSession; interval: IntervalFact | undefined }[]
  segments: WorkSegment[]
}

/** Sessions with anything in the range: with a filter of tickets, those that stood on one. */
export async function workSessions(
  connection: Connection,
  { workspaceId }: Scope,
  filter: WorkFilter,
  periods: readonly Period[],
  idleMs: number,
): Promise<WorkSession[]> {
  const where = inRange(workspaceId, filter, periods, idleMs)
  // The plus: SQLite takes sessions of tickets by their ids, not all of the workspace in their order.
  const plus = filter.ticketIds === undefined ? '' : '+'
  return connection.all<WorkSession>(
    `SELECT s.id, s.uid, s.started_ms, s.last_ms FROM session s LEFT JOIN project p ON p.id = s.project_id
     WHERE ${plus}${where.sql} ORDER BY s.started_ms, s.uid`,
    where.values,
  )
}

/** What of session `s` and project `p` says that there may be anything in the range. */
export function inRange(
  workspaceId: number,
  { sessionId, projectId, agent, ticketIds }: WorkFilter,
  periods: readonly Period[],
  idleMs: number,
): Condition {
  const [from, to] = spanOf(periods)
  return every(
    is('s.workspace_id = ?', workspaceId),
    sessionId !== undefined && is('s.uid = ?', sessionId),
    projectId !== undefined && is('p.uid = ?', projectId),
    agent !== undefined && is('s.agent = ?', agent),
    // Work may go on when the last entry is written or the last call came: nothing begins before a session does.
    Number.isFinite(from) && is('s.last_ms >= ?', from - Math.max(QUARTER_MS, idleMs)),
    Number.isFinite(to) && is('s.started_ms < ?', to),
    ticketIds !== undefined && standingOn(workspaceId, ticketIds),
  )
}

/** From the intervals of the tickets: of sessions, those alone are looked at. */
function standingOn(workspaceId: number, ticketIds: readonly string[]): Condition {
  const tickets = among('k.uid', ticketIds)
  return is(
    `s.id IN (SELECT f.session_id FROM ticket k CROSS JOIN frame_interval f
       WHERE k.workspace_id = ? AND ${tickets.sql} AND f.ticket_id = k.id)`,
    workspaceId,
    ...tickets.values,
  )
}

/** Works out what decides where. `undivided`: nothing does, each session is whole. */
export async function divide(
  connection: Connection,
  scope: Scope,
  sessions: readonly WorkSession[],
  undivided: boolean,
): Promise<Division> {
  const found = undivided ? [] : await intervalsOf(connection, sessions)
  const division: Division = {
    intervals: Map.groupBy(found, (interval) => interval.sessionId),
    whole: [],
    segments: [],
  }
  const parted = new Map<number, WorkSession>()
  for (const session of sessions) {
    const own = division.intervals.get(session.id) ?? []
    const [only] = own
    if (only !== undefined && (own.length > 1 || !holdsThroughout(only, session))) parted.set(session.id, session)
    else division.whole.push({ session, interval: only })
  }
  for (const transcript of await transcriptsOf(connection, scope, [...parted.keys()])) {
    const cuts = []
    for (const interval of decidingIn(division.intervals.get(transcript.session_id) ?? [], transcript.id)) {
      cuts.push({ ...interval, afterRecord: await cutIn(connection, transcript, interval) })
    }
    const session = parted.get(transcript.session_id) as WorkSession
    for (const segment of segmentsOf(cuts)) division.segments.push({ ...segment, session, transcript })
  }
  return division
}

/** Not where a tool call began it: its place in the file decides then, whatever the clocks say. */
function holdsThroughout(interval: IntervalFact, session: WorkSession): boolean {
  return interval.transcriptId === null && interval.callHash === null && interval.fromMs <= session.started_ms
}

async function intervalsOf(connection: Connection, sessions: readonly WorkSession[]): Promise<IntervalFact[]> {
  const where = among(
    'session_id',
    sessions.map((session) => session.id),
  )
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

function transcriptsOf(
  connection: Connection,
  { workspaceId }: Scope,
  sessionIds: readonly number[],
): Promise<TranscriptFact[]> {
  const where = every(is('workspace_id = ?', workspaceId), among('session_id', sessionIds))
  return connection.all<TranscriptFact>(
    `SELECT id, session_id, first_ms, last_ms FROM transcript WHERE ${where.sql} ORDER BY id`,
    where.values,
  )
}

/** The session's intervals as one transcript sees them: from its own first on, only its own count. */
export function decidingIn(intervals: readonly IntervalFact[], transcriptId: number | null): IntervalFact[] {
  const own = intervals.findIndex((interval) => transcriptId !== null && interval.transcriptId === transcriptId)
  return intervals.filter((interval, i) =>
    interval.transcriptId === null ? own < 0 || i < own : interval.transcriptId === transcriptId,
  )
}
