import { activeMs } from '../../domain/slice.ts'
import type { Interval } from '../../domain/slice.ts'
import type { Connection, Value } from './connection.ts'
import { first } from './connection.ts'
import { COUNTED_MESSAGE, UNCOUNTED_FLAGS } from './counting.ts'
import { staleSessions } from './work-stale.ts'

/** Works a transcript's counters out from its rows, where differences cannot be followed: after flips and removals. */
export async function recountTranscript(connection: Connection, transcriptId: number): Promise<void> {
  const entries = await first<Record<string, Value>>(
    connection,
    `SELECT MIN(e.id / 2048 - e.shift) AS first_ms, MAX(e.id / 2048 - e.shift) AS last_ms,
       MIN(CASE WHEN e.flags & 1 = 0 THEN e.id / 2048 - e.shift END) AS own_ms,
       COALESCE(SUM(CASE WHEN e.flags & ${UNCOUNTED_FLAGS} = 0 THEN 1 ELSE 0 END), 0) AS entry_count,
       COALESCE(SUM(CASE WHEN ${COUNTED_MESSAGE} THEN 1 ELSE 0 END), 0) AS message_count
     FROM entry e JOIN transcript t ON t.id = e.transcript_id WHERE e.transcript_id = ?`,
    [transcriptId],
  )
  const calls = await first<Record<string, Value>>(
    connection,
    `SELECT COUNT(*) AS invocation_count, COALESCE(SUM(CASE WHEN outcome = 1 THEN 1 ELSE 0 END), 0) AS failed_count,
       CAST(COALESCE(SUM(duration_ms), 0) AS BIGINT) AS tool_ms
     FROM invocation WHERE transcript_id = ? AND inherited = 0`,
    [transcriptId],
  )
  const usage = await first<Record<string, Value>>(
    connection,
    'SELECT MIN(at_ms) AS first_ms, MAX(at_ms) AS last_ms FROM usage WHERE transcript_id = ?',
    [transcriptId],
  )
  const counters = { ...usage, ...calls, ...dropNulls(entries ?? {}), own_ms: entries?.own_ms ?? null }
  const columns = Object.keys(counters)
  await connection.run(`UPDATE transcript SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`, [
    ...Object.values(counters as Record<string, Value>),
    transcriptId,
  ])
}

function dropNulls(row: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))
}

/** Brings a session's counters up to its transcripts'. With `withActive` its active time as well. */
export async function refreshSession(connection: Connection, sessionId: number, withActive: boolean): Promise<void> {
  await staleSessions(connection, [sessionId])
  const sums = await first<Record<string, Value>>(
    connection,
    `SELECT COALESCE(MIN(own_ms), CASE WHEN COUNT(*) > 0 THEN (SELECT opened_ms FROM session WHERE id = ?) END,
         MIN(first_ms)) AS started_ms, MAX(last_ms) AS last_ms,
       CAST(SUM(entry_count) AS BIGINT) AS entry_count, CAST(SUM(message_count) AS BIGINT) AS message_count,
       CAST(SUM(invocation_count) AS BIGINT) AS invocation_count, CAST(SUM(failed_count) AS BIGINT) AS failed_count,
       CAST(SUM(tool_ms) AS BIGINT) AS tool_ms,
       CAST(SUM(CASE WHEN kind = 1 AND entry_count > 0 THEN 1 ELSE 0 END) AS BIGINT) AS subagent_count
     FROM transcript WHERE session_id = ? AND first_ms IS NOT NULL`,
    [sessionId, sessionId],
  )
  const changes = Object.entries(sums ?? {}).map(([column, value]): [string, Value] => [column, value])
  const empty = sums?.started_ms === null
  const set = empty ? changes.filter(([, value]) => value !== null) : changes
  if (empty) for (const column of COUNTERS) set.push([column, 0])
  if (withActive) set.push(['active_ms', await activeTime(connection, sessionId)])
  await connection.run(`UPDATE session SET ${set.map(([column]) => assignment(column)).join(', ')} WHERE id = ?`, [
    ...set.flatMap(([column, value]) => (column in BEYOND ? [value, value] : [value])),
    sessionId,
  ])
  await staleSessions(connection, [sessionId])
}

/** A session that was started here begins with that at the latest, and ends with its last call at the earliest. */
const BEYOND: Record<string, string> = {
  started_ms: 'CASE WHEN opened_ms < ? THEN opened_ms ELSE ? END',
  last_ms: 'CASE WHEN called_ms > ? THEN called_ms ELSE ? END',
}

function assignment(column: string): string {
  return `${column} = ${BEYOND[column] ?? '?'}`
}

const COUNTERS = ['entry_count', 'message_count', 'invocation_count', 'failed_count', 'tool_ms', 'subagent_count']

interface OwnInterval extends Interval {
  first_ms: number
  own_ms: number | null
}

/** What a transcript inherited was another session's time: its own begins with its first entry of its own. */
async function activeTime(connection: Connection, sessionId: number): Promise<number> {
  const rows = await connection.all<OwnInterval>(
    `SELECT a.start_ms AS "startMs", a.end_ms AS "endMs", t.first_ms, t.own_ms
     FROM active_interval a JOIN transcript t ON t.id = a.transcript_id
     WHERE t.session_id = ? AND a.workspace_id = t.workspace_id`,
    [sessionId],
  )
  const own = rows.flatMap(({ startMs, endMs, own_ms: ownMs }): Interval[] =>
    ownMs === null || endMs < ownMs ? [] : [{ startMs: Math.max(startMs, ownMs), endMs }],
  )
  return activeMs(own)
}
