import type { RowReader, RowStamp } from '../rows.ts'
import { openSqliteFile, unreadableDatabase, type SqliteFile } from '../sqlite-file.ts'
import {
  isFinished,
  messageFacts,
  messageLine,
  partLine,
  sessionLine,
  sessionMessageLine,
  type MessageFacts,
  type SessionRow,
} from './row.ts'

/** All that is ever read of the database. Accounts, credentials, shares and permissions are not in it. */
const READABLE = {
  session: ['id', 'parent_id', 'directory', 'title', 'version', 'time_created', 'time_updated'],
  message: ['id', 'session_id', 'time_created', 'time_updated', 'data'],
  part: ['id', 'message_id', 'session_id', 'time_created', 'time_updated', 'data'],
  session_v2: ['id', 'parent_id', 'fork_session_id', 'directory', 'title', 'version', 'time_created', 'time_updated'],
  session_message: ['id', 'session_id', 'type', 'seq', 'time_created', 'time_updated', 'data'],
} as const

type Table = keyof typeof READABLE

/** The tables of 1.x and those of 2.x. A session can be read where all of either are. */
const FIRST = ['session', 'message', 'part'] as const satisfies readonly Table[]
const SECOND = ['session_v2', 'session_message'] as const satisfies readonly Table[]

/** An open database, with what of it is there: the tables of 1.x, those of 2.x, or both after an update. */
export interface OpencodeDatabase extends SqliteFile {
  has(table: Table): boolean
}

/** @throws Error with the reason in its message, see `isDatabaseProblem` */
export function openDatabase(path: string): OpencodeDatabase {
  const file = openSqliteFile(path, READABLE)
  const missing = (table: Table): string | undefined => {
    const present = file.columns(table)
    const column = READABLE[table].find((name) => !present.includes(name))
    return column && `${table}.${column}`
  }
  const whole = new Set((Object.keys(READABLE) as Table[]).filter((table) => missing(table) === undefined))
  const has = (table: Table): boolean => whole.has(table)
  if (FIRST.every(has) || SECOND.every(has)) return { ...file, has }
  const expected = file.columns('session_v2').length > 0 ? SECOND : FIRST
  const first = expected.map(missing).find((name) => name !== undefined)
  file.close()
  throw unreadableDatabase(`the database has another shape than expected (no ${first})`)
}

/** A session with the sums that tell whether anything of it is new. */
export interface ListedSession extends SessionRow {
  sizeBytes: number
}

/** Every session, with the sums over its rows that `stampsOf` gives too. */
export function listSessions(file: OpencodeDatabase): ListedSession[] {
  const sums = (['message', 'part', 'session_message'] as const).filter(file.has).map(
    (table) =>
      new Map(
        file
          .all<{ session_id: string; size: number; at: number }>(
            `SELECT session_id, SUM(octet_length(data)) AS size, MAX(time_updated) AS at FROM ${table}
             ${table === 'session_message' ? `WHERE ${newOnes(file)}` : ''} GROUP BY session_id`,
          )
          .map((row) => [row.session_id, row]),
      ),
  )
  return sessionRows(file).map((session) => {
    const parts = sums.flatMap((sum) => sum.get(session.id) ?? [])
    return {
      ...session,
      sizeBytes: sizeOf(session) + parts.reduce((all, { size }) => all + size, 0),
      updatedAtMs: Math.max(session.updatedAtMs, ...parts.map(({ at }) => at)),
    }
  })
}

/** What 2.x copied of 1.x when it was put in its place has the same ids: it is read where it came from. */
function newOnes(file: OpencodeDatabase): string {
  return file.has('message') ? 'id NOT IN (SELECT id FROM message)' : 'TRUE'
}

/** Sessions of both generations; what 2.x says of one stands. */
function sessionRows(file: OpencodeDatabase, sessionId?: string): SessionRow[] {
  const where = sessionId === undefined ? '' : ' WHERE id = ?'
  const values = sessionId === undefined ? [] : [sessionId]
  const sessions = new Map<string, SessionRow>()
  for (const table of ['session', 'session_v2'] as const) {
    if (!file.has(table)) continue
    const columns = table === 'session' ? SESSION : `${SESSION}, fork_session_id`
    const rows = file.all<SessionColumns>(`SELECT ${columns} FROM ${table}${where}`, ...values)
    for (const row of rows) sessions.set(row.id, toSession(row))
  }
  return [...sessions.values()]
}

interface SessionColumns {
  id: string
  parent_id: string | null
  directory: string | null
  title: string | null
  version: string | null
  time_created: number
  time_updated: number
  fork_session_id?: string | null
}

const SESSION = 'id, parent_id, directory, title, version, time_created, time_updated'

function toSession(row: SessionColumns): SessionRow {
  const { id, directory, title, version } = row
  return {
    id,
    parentId: row.parent_id || null,
    ...(row.fork_session_id ? { forkedFrom: row.fork_session_id } : {}),
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
  type Place = {
    table: 'message' | 'part' | 'session_message'
    id: string
    messageId: string
    at: number
    place: number
  }
  const places = new Map<string, Place>()
  let session: SessionRow | undefined
  const order: { id: string; sizeBytes: number }[] = []
  let read = new Map<string, Message>()

  /** A message with its parts. Rows are asked for some messages at a time: most are followed by their neighbours. */
  const messageOf = (id: string, first: number): Message => {
    if (!read.has(id)) read = readMessages(file, idsFrom(order, first))
    return read.get(id)!
  }

  return {
    stamps() {
      session = sessionRows(file, sessionId)[0]
      if (session === undefined) return undefined
      const { title, directory, version, parentId } = session
      const stamp = JSON.stringify([title, directory, version, parentId])
      const { updatedAtMs } = session
      const stamps: RowStamp[] = [{ key: 'session', stamp, sizeBytes: sizeOf(session), updatedAtMs, closed: false }]
      const parts = Map.groupBy(listRows(file, 'part', sessionId), ({ message_id: id }) => id)
      const messages = listRows(file, 'message', sessionId)
      const newer = listRows(file, 'session_message', sessionId)
      for (const [at, row] of messages.entries()) {
        const closed = at < messages.length - 1 || newer.length > 0
        const own = parts.get(row.id) ?? []
        order.push({ id: row.id, sizeBytes: own.reduce((sum, { size }) => sum + size, row.size) })
        // A message's own row comes behind its parts: it is complete when they are.
        for (const [place, part] of own.entries()) {
          places.set(`part ${part.id}`, { table: 'part', id: part.id, messageId: row.id, at, place })
          stamps.push(stampOf(`part ${part.id}`, part, closed))
        }
        places.set(`message ${row.id}`, { table: 'message', id: row.id, messageId: row.id, at, place: 0 })
        stamps.push(stampOf(`message ${row.id}`, row, closed))
      }
      for (const [i, row] of newer.entries()) {
        const key = `session_message ${row.id}`
        places.set(key, { table: 'session_message', id: row.id, messageId: row.id, at: i, place: 0 })
        stamps.push(stampOf(key, row, i < newer.length - 1))
      }
      return stamps
    },
    line({ key }) {
      if (key === 'session') return session && sessionLine(session, root)
      const { table, id, messageId, at, place } = places.get(key)!
      if (table === 'session_message') {
        const [row] = file.all<{ type: string; data: string }>(
          'SELECT type, data FROM session_message WHERE id = ?',
          id,
        )
        return row && sessionMessageLine(id, row.type, row.data)
      }
      const { facts, parts, ...row } = messageOf(messageId, at)
      const data = table === 'message' ? row.data : parts.get(id)
      if (data === undefined) return undefined
      return table === 'message' ? messageLine(id, data) : partLine(id, place, facts, data)
    },
    isFinished: (_row, line) => isFinished(line),
    close: file.close,
  }
}

interface Message {
  data: string | undefined
  facts: MessageFacts
  parts: Map<string, string>
}

/** Messages that are read at once: so many, and so much of them. */
const READ_AT_ONCE = 16
const READ_BYTES = 1024 * 1024

/** The message at `first` and those behind it that are read with it. */
function idsFrom(order: readonly { id: string; sizeBytes: number }[], first: number): string[] {
  let left = READ_BYTES - order[first]!.sizeBytes
  const ids = [order[first]!.id]
  for (const { id, sizeBytes } of order.slice(first + 1, first + READ_AT_ONCE)) {
    left -= sizeBytes
    if (left < 0) break
    ids.push(id)
  }
  return ids
}

function readMessages(file: OpencodeDatabase, ids: readonly string[]): Map<string, Message> {
  // As many signs as a statement has, so that there is one for all.
  const values = Array.from({ length: READ_AT_ONCE }, (_, i) => ids[i] ?? '')
  const among = `IN (${values.map(() => '?').join(', ')})`
  const rows = file.all<{ id: string; data: string }>(`SELECT id, data FROM message WHERE id ${among}`, ...values)
  const found = new Map(rows.map(({ id, data }) => [id, data]))
  const messages = new Map(
    ids.map((id): [string, Message] => {
      const data = found.get(id)
      return [id, { data, facts: messageFacts(data), parts: new Map() }]
    }),
  )
  const parts = file.all<{ id: string; message_id: string; data: string }>(
    `SELECT id, message_id, data FROM part WHERE message_id ${among}`,
    ...values,
  )
  for (const { id, message_id: messageId, data } of parts) messages.get(messageId)?.parts.set(id, data)
  return messages
}

interface ListedRow {
  id: string
  message_id: string
  time_updated: number
  size: number
}

const ORDER = { message: 'time_created, id', part: 'id', session_message: 'seq, id' } as const

function listRows(file: OpencodeDatabase, table: keyof typeof ORDER, sessionId: string): ListedRow[] {
  if (!file.has(table)) return []
  return file.all<ListedRow>(
    `SELECT id, ${table === 'part' ? 'message_id' : 'id'} AS message_id, time_updated, octet_length(data) AS size
     FROM ${table} WHERE session_id = ? ${table === 'session_message' ? `AND ${newOnes(file)}` : ''} ORDER BY ${ORDER[table]}`,
    sessionId,
  )
}

function stampOf(key: string, { time_updated: updatedAtMs, size }: ListedRow, closed: boolean): RowStamp {
  return { key, stamp: `${updatedAtMs}:${size}`, sizeBytes: size, updatedAtMs, closed }
}
