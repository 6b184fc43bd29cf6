import { among, every, is } from './condition.ts'
import type { Connection } from './connection.ts'
import type { WorkCountKind } from '../work-store.ts'
import { UNCOUNTED_FLAGS } from './counting.ts'
import { first } from './connection.ts'
import { periodAt, touches } from './work-periods.ts'
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
  const contained = ([from, to]: Period, { started_ms, last_ms }: WorkSession): boolean =>
    counter !== undefined && from <= started_ms && last_ms < to
  for (const [period, range] of periods.entries()) {
    const here = sessions.filter((session) => touches(range, session.started_ms, session.last_ms))
    const [within, across] = [here.filter((one) => contained(range, one)), here.filter((one) => !contained(range, one))]
    if (within.length > 0) {
      const where = among('id', idsOf(within))
      const rows = await connection.all<{ id: number; count: number }>(
        `SELECT id, ${counter} AS count FROM session WHERE ${where.sql} AND ${counter} > 0`,
        where.values,
      )
      for (const row of rows) take(row.id, period, row.count)
    }
    if (across.length > 0) {
      const where = every(among('t.session_id', idsOf(across)), is(counted), between(entryId, range))
      const rows = await connection.all<{ id: number; count: number }>(
        `SELECT t.session_id AS id, COUNT(*) AS count FROM transcript t JOIN ${table} ON x.transcript_id = t.id
         WHERE ${where.sql} GROUP BY t.session_id`,
        where.values,
      )
      for (const row of rows) take(row.id, period, row.count)
    }
  }
}

function idsOf(sessions: readonly WorkSession[]): number[] {
  return sessions.map((session) => session.id)
}

/** A row id of an entry is made of its time. */
function between(entryId: string, [from, to]: Period) {
  return every(
    Number.isFinite(from) && is(`${entryId} >= ?`, from * 2048),
    Number.isFinite(to) && is(`${entryId} < ?`, to * 2048),
  )
}

/** Counts of one stretch of a transcript, by period. */
export async function takeCountsOfSegment(
  connection: Connection,
  kind: WorkCountKind,
  { session, transcript, fromRecord, toRecord }: WorkSegment,
  periods: readonly Period[],
  take: TakeCount,
): Promise<void> {
  const { table, entryId, counted } = COUNTABLE[kind]
  const where = every(
    is('x.transcript_id = ?', transcript.id),
    is(counted),
    fromRecord >= 0 && is('e.record > ?', fromRecord),
    Number.isFinite(toRecord) && is('e.record <= ?', toRecord),
  )
  const rows = `FROM ${table} JOIN entry e ON e.id = ${entryId} AND e.workspace_id = x.workspace_id WHERE ${where.sql}`
  const [only] = periods
  if (periods.length === 1 && only !== undefined) {
    const range = between(entryId, only)
    const row = await first<{ count: number }>(connection, `SELECT COUNT(*) AS count ${rows} AND ${range.sql}`, [
      ...where.values,
      ...range.values,
    ])
    if (row !== undefined && row.count > 0) take(session.id, 0, row.count)
    return
  }
  for (const { id } of await connection.all<{ id: number }>(`SELECT ${entryId} AS id ${rows}`, where.values)) {
    const period = periodAt(periods, Math.floor(id / 2048))
    if (period !== undefined) take(session.id, period, 1)
  }
}
