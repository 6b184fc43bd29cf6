import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection, Database, Durability } from '../sql/connection.ts'
import { createMutex } from '../sql/mutex.ts'
import { isBusy, sqliteConnection, sqliteDialect, storeError } from './connection.ts'

/** How long opening and reading wait for another process, in milliseconds. */
const BUSY_TIMEOUT_MS = 10_000
/** How long a writer waits for its turn. It sleeps between attempts, so that this process goes on meanwhile. */
const WRITE_TURN_MS = 60_000
const LONGEST_SLEEP_MS = 25
const WRITER_CACHE_KIB = 48 * 1024
const READER_CACHE_KIB = 8 * 1024
/** Pages (of 8 KiB) in the write-ahead log that start a checkpoint. */
const CHECKPOINT_PAGES = 6000
/** After a checkpoint the write-ahead log is cut to this many bytes. */
const LOG_BYTES_KEPT = 4 * 1024 * 1024
/** So long after the last write the write-ahead log is emptied, in milliseconds. */
const IDLE_MS = 1000

export interface SqliteDatabase extends Database {
  readonly path: string
  /** Empties the write-ahead log into the file, when nobody reads from it. */
  checkpoint(): Promise<void>
  /** A statement that may not run inside a transaction, such as VACUUM INTO. */
  outside(sql: string, parameters?: string[]): Promise<void>
  /** From inside a transaction: overwrite what it deletes from here on. */
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
 * memory has a single connection, so there readers wait their turn.
 */
export function sqliteDatabase(path: string, memory?: DatabaseSync): SqliteDatabase {
  const exclusively = createMutex()
  let writer: { handle: DatabaseSync; connection: Connection; mode: Durability } | undefined
  let reader: { handle: DatabaseSync; connection: Connection } | undefined
  let erasing = false
  let idle: NodeJS.Timeout | undefined

  function openWriter() {
    if (writer) return writer
    const handle = memory ?? openHandle(path)
    try {
      handle.exec(
        `PRAGMA busy_timeout = 0; PRAGMA synchronous = FULL; PRAGMA secure_delete = OFF;
         PRAGMA cache_size = -${WRITER_CACHE_KIB}; PRAGMA temp_store = MEMORY;
         PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA journal_size_limit = ${LOG_BYTES_KEPT}`,
      )
    } catch (error) {
      throw storeError(error)
    }
    writer = { handle, connection: sqliteConnection(handle), mode: 'full' }
    return writer
  }

  function openReader() {
    if (reader) return reader
    const settings = `PRAGMA query_only = ON; PRAGMA cache_size = -${READER_CACHE_KIB}; PRAGMA temp_store = MEMORY`
    const handle = openHandle(path, settings)
    reader = { handle, connection: sqliteConnection(handle) }
    return reader
  }

  function setMode(mode: Durability): void {
    const open = openWriter()
    if (open.mode === mode) return
    const synchronous = mode === 'bulk' ? 'NORMAL' : 'FULL'
    open.handle.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA secure_delete = ${mode === 'erase' ? 'ON' : 'OFF'}`)
    open.mode = mode
  }

  function emptyLog(): void {
    if (memory || !writer) return
    // A reader elsewhere must not hold us up: what is left now goes with the next checkpoint.
    writer.handle.exec('PRAGMA busy_timeout = 50')
    writer.handle.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    writer.handle.exec('PRAGMA busy_timeout = 0')
  }

  function emptyLogWhenIdle(): void {
    if (memory) return
    clearTimeout(idle)
    idle = setTimeout(() => void exclusively(async () => emptyLog()).catch(() => undefined), IDLE_MS)
    idle.unref()
  }

  async function transact<T>(work: (connection: Connection) => Promise<T>, durability: Durability): Promise<T> {
    setMode(durability)
    const { handle, connection } = openWriter()
    await begin(handle)
    let result: T
    try {
      result = await work(connection)
      handle.exec('COMMIT')
    } catch (error) {
      if (handle.isTransaction) handle.exec('ROLLBACK')
      endErasing(durability)
      throw storeError(error)
    }
    if (erasing || durability === 'erase') emptyLog()
    else emptyLogWhenIdle()
    endErasing(durability)
    return result
  }

  function endErasing(durability: Durability): void {
    if (erasing && durability !== 'erase') openWriter().handle.exec('PRAGMA secure_delete = OFF')
    erasing = false
  }

  return {
    dialect: sqliteDialect,
    path,
    read: (work) => (memory ? exclusively(() => work(openWriter().connection)) : work(openReader().connection)),
    write: (work, durability) => exclusively(() => transact(work, durability)),
    erase: async () => {
      openWriter().handle.exec('PRAGMA secure_delete = ON')
      erasing = true
    },
    checkpoint: () => exclusively(async () => emptyLog()),
    outside: (sql, parameters = []) =>
      exclusively(async () => {
        try {
          openWriter().handle.prepare(sql).run(...parameters)
        } catch (error) {
          throw storeError(error)
        }
      }),
    close: () =>
      exclusively(async () => {
        clearTimeout(idle)
        if (reader?.handle.isOpen) reader.handle.close()
        if (writer?.handle.isOpen) {
          emptyLog()
          writer.handle.close()
        } else if (memory?.isOpen) memory.close()
      }),
  }
}

async function begin(handle: DatabaseSync): Promise<void> {
  const deadline = performance.now() + WRITE_TURN_MS
  for (let attempt = 0; ; attempt++) {
    try {
      handle.exec('BEGIN IMMEDIATE')
      return
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw storeError(error)
    }
    await sleep(Math.random() * Math.min(LONGEST_SLEEP_MS, 2 ** attempt))
  }
}
