import { among, every, is } from './condition.ts'
import type { Connection } from './connection.ts'
import type { WorkCountKind } from '../work-store.ts'
import { UNCOUNTED_FLAGS } from './counting.ts'
import { first } from './connection.ts'
import { SLOTS } from './entry-slots.ts'
import { periodAt, spanOf, touches } from './work-periods.ts'
import type { Period } from './work-periods.ts'
import type { WorkSegment, WorkSession } from './work-sessions.ts'

interface Countable {
  /** Rows `x`, each with the row id of its entry. */
  table: string
  entryId: string
  counted: string
  /** The session's own counter of the same. */
  counter?: string
}

const FAILED = 1

const COUNTABLE: Record<WorkCountKind, Countable> = {
  entries: {
    table: 'entry x',
    entryId: 'x.id',
    counted: `x.flags & ${UNCOUNTED_FLAGS} = 0`,
    counter: 'entry_count',
  },
  calls: { table: 'invocation x', entryId: 'x.id', counted: 'x.inherited = 0', counter: 'invocation_count' },
  failedCalls: {
    table: 'invocation x',
    entryId: 'x.id',
    counted: `x.inherited = 0 AND x.outcome = ${FAILED}`,
    counter: 'failed_count',
  },
  fileChanges: { table: 'file_change x', entryId: 'x.entry_id', counted: 'x.inherited = 0' },
  commits: { table: 'commit_seen x', entryId: 'x.entry_id', counted: 'x.inherited = 0' },
}

/** Takes how many of a kind one session had in one period. */
export type TakeCount = (sessionId: number, period: number, count: number) => void

/** Counts of sessions as a whole: their own counters where a period holds all of one, else rows. */
export async function takeCountsOfWhole(
  connection: Connection,
  kind: WorkCountKind,
  sessions: readonly WorkSession[],
  periods: readonly Period[],
  take: TakeCount,
): Promise<void> {
  const { table, entryId, counted, counter } = COUNTABLE[kind]
  const within = new Map<number, number>()
  const across: WorkSession[] = []
  for (const session of sessions) {
    const period = counter === undefined ? undefined : periodAt(periods, session.started_ms)
    if (period !== undefined && session.last_ms < (periods[period] as Period)[1]) within.set(session.id, period)
    else if (periods.some((range) => touches(range, session.started_ms, session.last_ms))) across.push(session)
  }
  if (within.size > 0) {
    const where = among('id', [...within.keys()])
    const rows = await connection.all<{ id: number; count: number }>(
      `SELECT id, ${counter} AS count FROM session WHERE ${where.sql} AND ${counter} > 0`,
      where.values,
    )
    for (const row of rows) take(row.id, within.get(row.id) ?? 0, row.count)
  }
  if (across.length === 0) return
  const where = every(among('t.session_id', idsOf(across)), is(counted), between(entryId, spanOf(periods)))
  const from = `FROM transcript t JOIN ${table} ON x.transcript_id = t.id WHERE ${where.sql}`
  if (periods.length === 1) {
    const sql = `SELECT t.session_id AS id, COUNT(*) AS count ${from} GROUP BY t.session_id`
    for (const row of await connection.all<{ id: number; count: number }>(sql, where.values)) take(row.id, 0, row.count)
    return
  }
  const sql = `SELECT t.session_id AS id, ${entryId} AS entry ${from}`
  for (const row of await connection.all<{ id: number; entry: number }>(sql, where.values)) {
    const period = periodAt(periods, Math.floor(row.entry / SLOTS))
    if (period !== undefined) take(row.id, period, 1)
  }
}

function idsOf(sessions: readonly WorkSession[]): number[] {
  return sessions.map((session) => session.id)
}

/** A row id of an entry is made of its time. */
function between(entryId: string, [from, to]: Period) {
  return every(
    Number.isFinite(from) && is(`${entryId} >= ?`, from * SLOTS),
    Number.isFinite(to) && is(`${entryId} < ?`, to * SLOTS),
  )
}

/** Counts of one stretch of a transcript, by kind and period: those that are rows of one table in one go. */
export async function takeCountsOfSegment(
  connection: Connection,
  kinds: readonly WorkCountKind[],
  { transcript, fromRecord, toRecord }: WorkSegment,
  periods: readonly Period[],
  take: (kind: WorkCountKind, period: number, count: number) => void,
): Promise<void> {
  const [only] = periods
  for (const [table, some] of Map.groupBy(kinds, (kind) => COUNTABLE[kind].table)) {
    const { entryId } = COUNTABLE[some[0] as WorkCountKind]
    const where = every(
      is('x.transcript_id = ?', transcript.id),
      fromRecord >= 0 && is('e.record > ?', fromRecord),
      Number.isFinite(toRecord) && is('e.record <= ?', toRecord),
      periods.length === 1 && only !== undefined && between(entryId, only),
    )
    const rows = `FROM ${table} JOIN entry e ON e.id = ${entryId} AND e.workspace_id = x.workspace_id WHERE ${where.sql}`
    const counted = some.map((kind) => `CASE WHEN ${COUNTABLE[kind].counted} THEN 1 ELSE 0 END`)
    if (periods.length === 1) {
      const sums = counted.map((one, i) => `CAST(COALESCE(SUM(${one}), 0) AS BIGINT) AS n${i}`)
      const row = await first<Record<string, number>>(connection, `SELECT ${sums.join(', ')} ${rows}`, where.values)
      for (const [i, kind] of some.entries()) if ((row?.[`n${i}`] ?? 0) > 0) take(kind, 0, row?.[`n${i}`] ?? 0)
      continue
    }
    const each = counted.map((one, i) => `${one} AS n${i}`)
    const found = await connection.all<{ id: number } & Record<string, number>>(
      `SELECT ${entryId} AS id, ${each.join(', ')} ${rows}`,
      where.values,
    )
    for (const row of found) {
      const period = periodAt(periods, Math.floor(row.id / SLOTS))
      if (period === undefined) continue
      for (const [i, kind] of some.entries()) if (row[`n${i}`] === 1) take(kind, period, 1)
    }
  }
}
