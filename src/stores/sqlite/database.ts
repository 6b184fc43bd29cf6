import type { DatabaseSync, Session } from 'node:sqlite'
import { isAppError } from '../../domain/errors.ts'
import type { Connection, Database } from '../sql/connection.ts'
import { createMutex } from '../sql/mutex.ts'
import { readingConnection, resultCode, sqliteDialect, storeError } from './connection.ts'
import { openHandle, openReader } from './open-handle.ts'
import type { Reader } from './open-handle.ts'
import { openWriter } from './writer.ts'
import type { Writer } from './writer.ts'

const READER_CACHE_KIB = 2 * 1024
/** So long after the last write the write-ahead log is emptied, in milliseconds. */
const IDLE_MS = 1000
/** So long a file on a full disk is read as it lay there when it was opened, in milliseconds. */
const STILL_MS = 1000

export interface SqliteDatabase extends Database {
  readonly path: string
  /** Empties the write-ahead log into the file, when nobody reads from it. */
  checkpoint(): Promise<void>
  /** A statement that may not run inside a transaction, such as VACUUM INTO. */
  outside(sql: string, parameters?: string[]): Promise<void>
  /** Writes the whole file anew, without what lies in free pages, and empties the log. */
  rewrite(): Promise<void>
  /** From inside a transaction: what it deletes is to leave the write-ahead log too. */
  erase(): Promise<void>
  /** From inside a transaction: notes which rows change from now on. To be closed before the transaction ends. */
  record(): Session
  close(): Promise<void>
}

/**
 * One writing connection behind a mutex and one reading connection, each opened when it is first needed. A store in
 * memory has a single connection, so there readers wait their turn. A read sees every write that was answered before it.
 */
export function sqliteDatabase(path: string, memory?: DatabaseSync): SqliteDatabase {
  const exclusively = createMutex()
  let writer: Writer | undefined
  let reader: (Reader & { connection: Connection; openedMs: number }) | undefined
  const outdated: DatabaseSync[] = []
  let idle: NodeJS.Timeout | undefined

  function writing(): Writer {
    writer ??= openWriter(memory ?? openHandle(path), memory !== undefined)
    return writer
  }

  function reading(): Connection {
    if (reader && !(reader.isStill && Date.now() - reader.openedMs >= STILL_MS)) return reader.connection
    // Somebody may read from it still.
    if (reader) outdated.push(reader.handle)
    const settings = `PRAGMA query_only = ON; PRAGMA cache_size = -${READER_CACHE_KIB}; PRAGMA temp_store = MEMORY`
    const opened = openReader(path, settings)
    reader = { ...opened, connection: readingConnection(opened.handle), openedMs: Date.now() }
    return reader.connection
  }

  function emptyLogLater(): void {
    if (memory) return
    clearTimeout(idle)
    idle = setTimeout(() => void exclusively(async () => emptyLogIfPossible()), IDLE_MS)
    idle.unref()
  }

  /** A full or read-only disk keeps the log as it is: nothing is lost, and what went wrong has been said already. */
  function emptyLogIfPossible(): void {
    try {
      writer?.emptyLog()
    } catch (error) {
      if (!isAppError(error) && resultCode(error) === undefined) throw error
    }
  }

  return {
    dialect: sqliteDialect,
    path,
    async read(work) {
      if (memory) return exclusively(() => work(writing().connection))
      return work(reading())
    },
    write: (work, durability) =>
      exclusively(async () => {
        try {
          return await writing().write(work, durability)
        } finally {
          emptyLogLater()
        }
      }),
    rewrite: () =>
      exclusively(async () => {
        if (memory) return
        await writing().rewrite()
      }),
    erase: async () => writing().erase(),
    record: () => writing().handle.createSession(),
    checkpoint: () => exclusively(async () => writer?.emptyLog()),
    outside: (sql, parameters = []) =>
      exclusively(async () => {
        try {
          writing()
            .handle.prepare(sql)
            .run(...parameters)
        } catch (error) {
          throw storeError(error)
        }
      }),
    close: () =>
      exclusively(async () => {
        clearTimeout(idle)
        for (const handle of [...outdated, reader?.handle]) if (handle?.isOpen) handle.close()
        if (writer?.handle.isOpen) {
          emptyLogIfPossible()
          writer.handle.close()
        } else if (memory?.isOpen) memory.close()
      }),
  }
}
