import type { RowReader, RowStamp } from '../rows.ts'
import { openSqliteFile, unreadableDatabase, type SqliteFile } from '../sqlite-file.ts'
import {
  isFinished,
  messageFacts,
  messageLine,
  partLine,
  sessionLine,
  type MessageFacts,
  type SessionRow,
} from './row.ts'

/** All that is ever read of the database. Accounts, credentials, shares and permissions are not in it. */
const READABLE = {
  session: ['id', 'parent_id', 'directory', 'title', 'version', 'time_created', 'time_updated'],
  message: ['id', 'session_id', 'time_created', 'time_updated', 'data'],
  part: ['id', 'message_id', 'session_id', 'time_created', 'time_updated', 'data'],
} as const

/** @throws Error with the reason in its message, see `isDatabaseProblem` */
export function openDatabase(path: string): SqliteFile {
  const file = openSqliteFile(path, READABLE)
  const missing = Object.entries(READABLE).flatMap(([table, columns]) => {
    const present = file.columns(table)
    return columns.filter((column) => !present.includes(column)).map((column) => `${table}.${column}`)
  })
  if (missing.length === 0) return file
  file.close()
  throw unreadableDatabase(`the database has another shape than expected (no ${missing[0]})`)
}

/** A session with the sums that tell whether anything of it is new. */
export interface ListedSession extends SessionRow {
  sizeBytes: number
}

/** Every session, with the sums over its rows that `stampsOf` gives too. */
export function listSessions(file: SqliteFile): ListedSession[] {
  const sums = ['message', 'part'].map(
    (table) =>
      new Map(
        file
          .all<{ session_id: string; size: number; at: number }>(
            `SELECT session_id, SUM(octet_length(data)) AS size, MAX(time_updated) AS at FROM ${table} GROUP BY session_id`,
          )
          .map((row) => [row.session_id, row]),
      ),
  )
  return file.all<SessionColumns>(`SELECT ${SESSION} FROM session`).map((columns) => {
    const parts = sums.flatMap((sum) => sum.get(columns.id) ?? [])
    const session = toSession(columns)
    return {
      ...session,
      sizeBytes: sizeOf(session) + parts.reduce((all, { size }) => all + size, 0),
      updatedAtMs: Math.max(session.updatedAtMs, ...parts.map(({ at }) => at)),
    }
  })
}

interface SessionColumns {
  id: string
  parent_id: string | null
  directory: string | null
  title: string | null
  version: string | null
  time_created: number
  time_updated: number
}

const SESSION = 'id, parent_id, directory, title, version, time_created, time_updated'

function toSession(row: SessionColumns): SessionRow {
  const { id, directory, title, version } = row
  return {
    id,
    parentId: row.parent_id,
    directory,
    title,
    version,
    createdAtMs: row.time_created,
    updatedAtMs: row.time_updated,
  }
}

/** Bytes that a session's own row adds: those of its title, which is what changes. */
function sizeOf({ title }: SessionRow): number {
  return Buffer.byteLength(title ?? '')
}

/** One session of the database, row by row. `root` is the session its subagents belong to. */
export function openSession(path: string, sessionId: string, root: string): RowReader {
  const file = openDatabase(path)
  const places = new Map<string, { table: 'message' | 'part'; id: string; messageId: string; place: number }>()
  let session: SessionRow | undefined
  let message: { id: string; data: string | undefined; facts: MessageFacts; parts: Map<string, string> } | undefined

  /** A message with its parts: rows are asked for message by message. */
  const messageOf = (id: string): NonNullable<typeof message> => {
    if (message?.id === id) return message
    const data = file.all<{ data: string }>('SELECT data FROM message WHERE id = ?', id)[0]?.data
    const parts = file.all<{ id: string; data: string }>('SELECT id, data FROM part WHERE message_id = ?', id)
    message = { id, data, facts: messageFacts(data), parts: new Map(parts.map((part) => [part.id, part.data])) }
    return message
  }

  return {
    stamps() {
      const [columns] = file.all<SessionColumns>(`SELECT ${SESSION} FROM session WHERE id = ?`, sessionId)
      if (columns === undefined) return undefined
      session = toSession(columns)
      const { title, directory, version, parentId } = session
      const stamp = JSON.stringify([title, directory, version, parentId])
      const { updatedAtMs } = session
      const stamps: RowStamp[] = [{ key: 'session', stamp, sizeBytes: sizeOf(session), updatedAtMs, closed: false }]
      const parts = Map.groupBy(listRows(file, 'part', sessionId), ({ message_id: id }) => id)
      const messages = listRows(file, 'message', sessionId)
      for (const [i, row] of messages.entries()) {
        const closed = i < messages.length - 1
        // A message's own row comes behind its parts: it is complete when they are.
        for (const [place, part] of (parts.get(row.id) ?? []).entries()) {
          places.set(`part ${part.id}`, { table: 'part', id: part.id, messageId: row.id, place })
          stamps.push(stampOf(`part ${part.id}`, part, closed))
        }
        places.set(`message ${row.id}`, { table: 'message', id: row.id, messageId: row.id, place: 0 })
        stamps.push(stampOf(`message ${row.id}`, row, closed))
      }
      return stamps
    },
    line({ key }) {
      if (key === 'session') return session && sessionLine(session, root)
      const { table, id, messageId, place } = places.get(key)!
      const { facts, parts, ...row } = messageOf(messageId)
      const data = table === 'message' ? row.data : parts.get(id)
      if (data === undefined) return undefined
      return table === 'message' ? messageLine(id, data) : partLine(id, place, facts, data)
    },
    isFinished: (_row, line) => isFinished(line),
    close: file.close,
  }
}

interface ListedRow {
  id: string
  message_id: string
  time_updated: number
  size: number
}

function listRows(file: SqliteFile, table: 'message' | 'part', sessionId: string): ListedRow[] {
  const [messageId, order] = table === 'message' ? ['id', 'time_created, id'] : ['message_id', 'id']
  return file.all<ListedRow>(
    `SELECT id, ${messageId} AS message_id, time_updated, octet_length(data) AS size FROM ${table}
     WHERE session_id = ? ORDER BY ${order}`,
    sessionId,
  )
}

function stampOf(key: string, { time_updated: updatedAtMs, size }: ListedRow, closed: boolean): RowStamp {
  return { key, stamp: `${updatedAtMs}:${size}`, sizeBytes: size, updatedAtMs, closed }
}
