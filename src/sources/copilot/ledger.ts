import { join } from 'node:path'
import { databaseOf, pathInDatabase } from '../../domain/transcript.ts'
import type { RowReader, RowStamp } from '../rows.ts'
import type { TranscriptRef } from '../source.ts'
import { statIdentity } from '../source-file.ts'
import { openSqliteFile, unreadableDatabase, type SqliteFile } from '../sqlite-file.ts'
import { isOver, readRuns, runAt, type Run } from './runs.ts'

/** All that is ever read of `session-store.db`: what requests took. What was said in them is in the events. */
const READABLE = {
  sessions: ['id', 'cwd'],
  assistant_usage_events: [
    'id',
    'session_id',
    'model',
    'input_tokens',
    'output_tokens',
    'cache_read_tokens',
    'cache_write_tokens',
    'reasoning_tokens',
    'agent_id',
    'parent_tool_call_id',
    'created_at',
  ],
} as const

const TABLE = 'assistant_usage_events'

/** A request as the table holds it. Counts are as they stand there; see `ledgerParser`. */
interface RequestRow {
  id: number
  model: string | null
  created_at: string | null
}

/** @returns `undefined` where a version keeps no requests in it. @throws Error, see `isDatabaseProblem` */
export function openLedger(path: string): SqliteFile | undefined {
  const file = openSqliteFile(path, READABLE)
  const present = file.columns(TABLE)
  const missing = READABLE[TABLE].find((column) => !present.includes(column))
  if (missing === undefined) return file
  file.close()
  if (present.length === 0) return undefined
  throw unreadableDatabase(`the database has another shape than expected (no ${TABLE}.${missing})`)
}

/** Requests of a session that are told nowhere else may be among these. */
export interface ListedLedger {
  session: string
  requests: number
  latestAtMs: number
}

export function listLedgers(file: SqliteFile): ListedLedger[] {
  return file
    .all<{ session: string; requests: number; latest: string | null }>(
      `SELECT session_id AS session, COUNT(*) AS requests, MAX(created_at) AS latest FROM ${TABLE} GROUP BY session_id`,
    )
    .map(({ session, requests, latest }) => ({ session, requests, latestAtMs: rowTime(latest) }))
}

/** The transcript that a session's requests in the database are. Its identity is made of the sums that `openRequests` gives. */
export function ledgerRef(agent: string, database: string, ledger: ListedLedger): TranscriptRef {
  const { session, requests, latestAtMs } = ledger
  const file = { ...statIdentity(database), sizeBytes: requests, modifiedAtMs: latestAtMs }
  const path = pathInDatabase(database, session)
  return { agent, path, kind: 'main', externalId: session, sessionExternalId: session, file }
}

/**
 * One session's requests. Those of a run that goes on are left for later: how it ends decides whether its events tell of them.
 */
export function openRequests(ref: TranscriptRef, nowMs: number): RowReader {
  const { database, id } = databaseOf(ref.path)!
  const file = openLedger(database)
  const events = join(database, '..', 'session-state', id, 'events.jsonl')
  let cwd: string | null = null
  const requests = new Map<string, { row: RequestRow; run: Run }>()
  return {
    stamps() {
      if (file === undefined) return undefined
      const columns = READABLE[TABLE].filter((column) => column !== 'session_id').join(', ')
      const rows = file.all<RequestRow>(`SELECT ${columns} FROM ${TABLE} WHERE session_id = ? ORDER BY id`, id)
      if (rows.length === 0) return undefined
      cwd = file.all<{ cwd: string | null }>('SELECT cwd FROM sessions WHERE id = ?', id)[0]?.cwd ?? null
      // After the rows: whatever ended a run before they were written is in the file by now.
      const runs = readRuns(events)
      if (runs === undefined) return undefined
      const stamps: RowStamp[] = [{ key: 'session', stamp: String(cwd), sizeBytes: 0, updatedAtMs: 0, closed: false }]
      for (const row of rows) {
        const updatedAtMs = rowTime(row.created_at)
        const run = runAt(runs, updatedAtMs)
        if (!isOver(run, runs, events, nowMs)) continue
        const key = `request ${row.id}`
        requests.set(key, { row, run })
        stamps.push({ key, stamp: '', sizeBytes: 1, updatedAtMs, closed: true })
      }
      return stamps
    },
    line({ key }) {
      if (key === 'session') return JSON.stringify({ type: 'ledger', session: id, cwd })
      const { row, run } = requests.get(key)!
      return JSON.stringify({ type: 'request', ...row, told: run.told })
    },
    isFinished: () => true,
    close: () => file?.close(),
  }
}

/** `2026-11-21T00:12:29.292Z`, or SQLite's own `2026-11-21 00:12:29`, which is UTC too; 0 for what is neither. */
export function rowTime(text: unknown): number {
  if (typeof text !== 'string' || text.length > 40) return 0
  const atMs = Date.parse(/^[\d-]{10} [\d:.]+$/.test(text) ? `${text.replace(' ', 'T')}Z` : text)
  return Number.isFinite(atMs) ? atMs : 0
}
