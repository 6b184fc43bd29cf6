import { cutToSpans } from '../../domain/slice.ts'
import type { Interval, Span } from '../../domain/slice.ts'
import { among } from './condition.ts'
import type { Connection } from './connection.ts'
import type { IntervalFact } from './interval-cuts.ts'
import { personStretches } from './person-time.ts'
import type { Scope } from './scope.ts'
import { cutToPeriods } from './work-periods.ts'
import type { Period } from './work-periods.ts'
import { decidingIn } from './work-sessions.ts'

/** When a session was worked on, as one of its transcripts or a person's calls tell. */
export interface ActivityRow extends Interval {
  session_id: number
  /** Null for a person's own. */
  transcript_id: number | null
}

/** Takes each piece of a session's activity with the interval that held meanwhile, by period. */
export function takeActivity(
  activity: readonly ActivityRow[],
  intervals: readonly IntervalFact[],
  periods: readonly Period[],
  take: (period: number, interval: IntervalFact | undefined, active: Interval) => void,
): void {
  for (const [transcriptId, rows] of Map.groupBy(activity, (row) => row.transcript_id)) {
    const spans = spansOf(decidingIn(intervals, transcriptId))
    for (const { holds, interval } of cutToSpans(rows, spans)) {
      for (const [period, piece] of cutToPeriods(interval, periods)) take(period, holds, piece)
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
export async function activityOf(
  connection: Connection,
  scope: Scope,
  sessionIds: readonly number[],
  idleMs: number,
): Promise<ActivityRow[]> {
  const own = await ownActivity(connection, sessionIds)
  const stretches = await personStretches(connection, scope, sessionIds, idleMs)
  return [...own, ...stretches.map((stretch) => ({ ...stretch, transcript_id: null }))]
}

/** What transcripts of some sessions tell of work, their own part of it. */
export async function ownActivity(connection: Connection, sessionIds: readonly number[]): Promise<ActivityRow[]> {
  const where = among('t.session_id', sessionIds)
  const rows = await connection.all<ActivityRow & { own_ms: number | null }>(
    `SELECT t.session_id, a.transcript_id, a.start_ms AS "startMs", a.end_ms AS "endMs", t.own_ms
     FROM transcript t JOIN active_interval a ON a.transcript_id = t.id AND a.workspace_id = t.workspace_id
     WHERE ${where.sql}`,
    where.values,
  )
  return rows.flatMap(({ own_ms: ownMs, ...row }): ActivityRow[] =>
    ownMs === null || row.endMs < ownMs ? [] : [{ ...row, startMs: Math.max(row.startMs, ownMs) }],
  )
}
