import { DatabaseSync } from 'node:sqlite'
import { isAppError } from '../../domain/errors.ts'
import type { Connection, Database } from '../sql/connection.ts'
import { createMutex } from '../sql/mutex.ts'
import { resultCode, sqliteConnection, sqliteDialect, storeError } from './connection.ts'
import { openWriter } from './writer.ts'
import type { Writer } from './writer.ts'

/** How long opening and reading wait for another process, in milliseconds. */
const BUSY_TIMEOUT_MS = 10_000
const READER_CACHE_KIB = 8 * 1024
/** So long after the last bulk write it is committed, when nobody asks earlier, in milliseconds. */
const COMMIT_MS = 8
/** So long after the last write the write-ahead log is emptied, in milliseconds. */
const IDLE_MS = 1000

export interface SqliteDatabase extends Database {
  readonly path: string
  /** Commits what is not yet: for readers on other connections. */
  flush(): Promise<void>
  /** Empties the write-ahead log into the file, when nobody reads from it. */
  checkpoint(): Promise<void>
  /** A statement that may not run inside a transaction, such as VACUUM INTO. */
  outside(sql: string, parameters?: string[]): Promise<void>
  /** From inside a transaction: what it deletes is to leave the write-ahead log too. */
  erase(): Promise<void>
  close(): Promise<void>
}

/** @param settings pragmas to begin with; a file that is no database is noticed here */
export function openHandle(path: string, settings = ''): DatabaseSync {
  let handle: DatabaseSync | undefined
  try {
    handle = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: false })
    handle.exec(settings)
    return handle
  } catch (error) {
    handle?.close()
    throw storeError(error)
  }
}

/**
 * One writing connection behind a mutex and one reading connection, each opened when it is first needed. A store in
 * memory has a single connection, so there readers wait their turn. A read sees every write that was answered before it.
 */
export function sqliteDatabase(path: string, memory?: DatabaseSync): SqliteDatabase {
  const exclusively = createMutex()
  let writer: Writer | undefined
  let reader: { handle: DatabaseSync; connection: Connection } | undefined
  let commit: NodeJS.Timeout | undefined
  let idle: NodeJS.Timeout | undefined
  let lateFailure: unknown

  function writing(): Writer {
    writer ??= openWriter(memory ?? openHandle(path), memory !== undefined)
    return writer
  }

  function reading(): Connection {
    if (reader) return reader.connection
    const settings = `PRAGMA query_only = ON; PRAGMA cache_size = -${READER_CACHE_KIB}; PRAGMA temp_store = MEMORY`
    const handle = openHandle(path, settings)
    reader = { handle, connection: sqliteConnection(handle) }
    return reader.connection
  }

  async function flush(): Promise<void> {
    if (writer?.open || lateFailure !== undefined) await exclusively(async () => commitNow())
  }

  /** A commit that nobody waited for may have failed: then whoever comes next is told, for it was answered before. */
  function commitNow(): void {
    const failure = lateFailure
    lateFailure = undefined
    if (failure !== undefined) throw failure
    writer?.commitBulk()
  }

  async function commitLater(): Promise<void> {
    await exclusively(async () => {
      try {
        writer?.commitBulk()
      } catch (error) {
        lateFailure = error
      }
    })
  }

  function tidyLater(): void {
    clearTimeout(commit)
    if (writer?.open) {
      commit = setTimeout(() => void commitLater(), COMMIT_MS)
    }
    if (memory) return
    clearTimeout(idle)
    idle = setTimeout(() => void commitLater().then(() => exclusively(async () => emptyLogIfPossible())), IDLE_MS)
    idle.unref()
  }

  function emptyLog(): void {
    writer?.commitBulk()
    writer?.emptyLog()
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
    flush,
    async read(work) {
      if (memory) return exclusively(() => work(writing().connection))
      await flush()
      return work(reading())
    },
    write: (work, durability) =>
      exclusively(async () => {
        try {
          if (lateFailure !== undefined) commitNow()
          return await writing().write(work, durability)
        } finally {
          tidyLater()
        }
      }),
    erase: async () => writing().erase(),
    checkpoint: () => exclusively(async () => emptyLog()),
    outside: (sql, parameters = []) =>
      exclusively(async () => {
        try {
          const { handle, commitBulk } = writing()
          commitBulk()
          handle.prepare(sql).run(...parameters)
        } catch (error) {
          throw storeError(error)
        }
      }),
    close: () =>
      exclusively(async () => {
        clearTimeout(commit)
        clearTimeout(idle)
        if (reader?.handle.isOpen) reader.handle.close()
        try {
          if (writer?.handle.isOpen) commitNow()
        } finally {
          if (writer?.handle.isOpen) {
            emptyLogIfPossible()
            writer.handle.close()
          } else if (memory?.isOpen) memory.close()
        }
      }),
  }
}
