import { chmodSync, closeSync, openSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import type { Connection, Database } from '../sql/connection.ts'
import { createMutex } from '../sql/mutex.ts'
import { checkFile, checkHere } from './check-apart.ts'
import { isBusy, isDamage, isNoRoom, resultCode, sqliteConnection, storeError } from './connection.ts'
import { watchTime } from './in-time.ts'
import { hasLog, stillAddress } from './open-handle.ts'
import { begin, REWRITING_CACHE_KIB } from './writer.ts'
import { SEARCH_SCHEMA, SEARCH_VERSION } from './search-schema.ts'

const BUSY_TIMEOUT_MS = 10_000
const CACHE_KIB = 4 * 1024
const LOG_BYTES_KEPT = 4 * 1024 * 1024

/**
 * Where the index is kept: statements see its tables and those of the store side by side. One at a time; a write is a
 * transaction on the index alone.
 */
export interface SearchPlace {
  read<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  write<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  /** Leaves no bytes behind of what was removed. */
  scrub(): Promise<void>
  /** Looks at every page. An index with damage that queries pass over is thrown away, to be made again. */
  verify(): Promise<void>
  path: string | undefined
  close(): Promise<void>
}

/** `search.db` beside the store's file. */
export function searchPath(bookPath: string): string {
  return join(dirname(bookPath), 'search.db')
}

/**
 * A file of its own, opened when it is first needed, with the store attached to be read. A file that is damaged, of
 * another version or of another store is thrown away: everything in it can be made again.
 */
export function searchFile(bookPath: string): SearchPlace {
  const path = searchPath(bookPath)
  const exclusively = createMutex()
  let open: { handle: DatabaseSync; connection: Connection; inode: number | undefined } | undefined

  async function connect(): Promise<Connection> {
    // Another process may have found it damaged and begun a new one.
    if (open && open.inode !== inodeOf(path)) shut()
    if (open) return open.connection
    const handle = openFile(path, bookPath)
    open = { handle, connection: sqliteConnection(handle), inode: inodeOf(path) }
    try {
      await prepare(handle, open.connection)
    } catch (error) {
      shut()
      throw error
    }
    return open.connection
  }

  /**
   * On a full disk, where the file cannot be opened: as it lies there, else an empty index in memory, so that what is asked is
   * looked up in the archive.
   */
  async function asItLies(work: (connection: Connection) => Promise<unknown>, error: unknown): Promise<unknown> {
    if (!isNoRoom(error)) throw error
    const book = hasLog(bookPath) ? readOnlyAddress(bookPath) : stillAddress(bookPath)
    for (const address of hasLog(path) ? [':memory:'] : [stillAddress(path), ':memory:']) {
      const handle = new DatabaseSync(address, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: false })
      try {
        handle.prepare('ATTACH ? AS book').run(book)
        watchTime(handle)
        const connection = sqliteConnection(handle)
        if (address === ':memory:') await prepare(handle, connection)
        else if (!(await isReady(connection))) continue
        return await work(connection)
      } catch (failure) {
        if (address === ':memory:') throw failure
      } finally {
        handle.close()
      }
    }
    throw error
  }

  async function readFrom<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    let connection: Connection
    try {
      connection = await connect()
    } catch (error) {
      return (await asItLies(work, error)) as T
    }
    return work(connection)
  }

  function shut(): void {
    if (open?.handle.isOpen) open.handle.close()
    open = undefined
  }

  function remove(): void {
    shut()
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
  }

  /** Once more on a fresh index when this one turns out to be damaged. */
  async function healing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!isDamage(error)) throw storeError(error)
      remove()
      return work()
    }
  }

  async function transact<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await connect()
    const { handle } = open as { handle: DatabaseSync }
    await begin(handle)
    try {
      const result = await work(connection)
      handle.exec('COMMIT')
      return result
    } catch (error) {
      if (handle.isOpen && handle.isTransaction) handle.exec('ROLLBACK')
      throw error
    }
  }

  return {
    path,
    read: (work) => exclusively(() => healing(() => readFrom(work))),
    write: (work) => exclusively(() => healing(() => transact(work))),
    async verify() {
      const here = () => exclusively(() => healing(() => readFrom(checkHere)))
      // The engine looks into the full-text index as well.
      const lines = await checkFile(path, here).catch((error: unknown) => {
        if (isDamage(error)) return []
        throw storeError(error)
      })
      if (lines[0] !== 'ok') await exclusively(async () => remove())
    },
    scrub: () =>
      exclusively(() =>
        healing(async () => {
          await connect()
          // As in `Writer.rewrite`.
          open?.handle.exec(
            `PRAGMA temp_store = FILE; PRAGMA main.cache_size = -${REWRITING_CACHE_KIB}; VACUUM main;
             PRAGMA temp_store = MEMORY; PRAGMA main.cache_size = -${CACHE_KIB}; PRAGMA main.wal_checkpoint(TRUNCATE)`,
          )
        }),
      ),
    close: () =>
      exclusively(async () => {
        try {
          open?.handle.exec('PRAGMA busy_timeout = 50; PRAGMA main.wal_checkpoint(TRUNCATE)')
        } catch (error) {
          // A full or read-only disk keeps the log; a damaged index is noticed when it is next asked.
          if (resultCode(error) === undefined) throw error
        } finally {
          shut()
        }
      }),
  }
}

/** The index of a store in memory: in the same database. */
export function searchMemory(database: Database): SearchPlace {
  let made = false
  const prepared = async (connection: Connection): Promise<Connection> => {
    if (!made) for (const statement of SEARCH_SCHEMA) await connection.run(statement)
    made = true
    return connection
  }
  return {
    path: undefined,
    read: (work) => database.read(async (connection) => work(await prepared(connection))),
    write: (work) => database.write(async (connection) => work(await prepared(connection)), 'bulk'),
    scrub: async () => undefined,
    verify: async () => undefined,
    close: async () => undefined,
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino
}

function openFile(path: string, bookPath: string): DatabaseSync {
  try {
    closeSync(openSync(path, 'wx', 0o600))
    // A strict umask must not lock us out either.
    chmodSync(path, 0o600)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const handle = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: false })
  handle.exec('PRAGMA page_size = 8192')
  inWal(handle)
  handle.exec(
    `PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY;
     PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = ${LOG_BYTES_KEPT}`,
  )
  watchTime(handle)
  // To be read only: otherwise beginning to write here would take the write lock of the store as well.
  handle.prepare('ATTACH ? AS book').run(readOnlyAddress(bookPath))
  return handle
}

function readOnlyAddress(path: string): string {
  return `${pathToFileURL(path).href}?mode=ro`
}

/** Turning on the write-ahead log is not covered by the busy timeout. */
function inWal(handle: DatabaseSync): void {
  for (let attempt = 1; ; attempt++) {
    try {
      handle.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (attempt === 100 || !isBusy(error)) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}

async function prepare(handle: DatabaseSync, connection: Connection): Promise<void> {
  if (await isReady(connection)) return
  handle.exec('BEGIN IMMEDIATE')
  try {
    if (!(await isReady(connection))) {
      for (const table of ['entry_text', 'search_entry', 'search_overflow', 'search_mark', 'search_of'])
        handle.exec(`DROP TABLE IF EXISTS main.${table}`)
      for (const statement of SEARCH_SCHEMA) handle.exec(statement)
      handle.exec('CREATE TABLE search_of (workspaces TEXT NOT NULL)')
      handle.exec(`INSERT INTO search_of SELECT ${BOOK_IDENTITY}`)
      handle.exec(`PRAGMA main.user_version = ${SEARCH_VERSION}`)
    }
    handle.exec('COMMIT')
  } catch (error) {
    if (handle.isTransaction) handle.exec('ROLLBACK')
    throw error
  }
}

/** The first machine that wrote to a store tells it from any other that may stand in its place one day. */
const BOOK_IDENTITY = `(SELECT COALESCE(MIN(id || ' ' || uid || ' ' || created_at), '') FROM book.machine)`

async function isReady(connection: Connection): Promise<boolean> {
  const [found] = await connection.all<{ version: number }>(
    'SELECT user_version AS version FROM main.pragma_user_version',
  )
  if (found?.version !== SEARCH_VERSION) return false
  const [same] = await connection.all<{ same: number }>(`SELECT workspaces = ${BOOK_IDENTITY} AS same FROM search_of`)
  return same?.same === 1
}
