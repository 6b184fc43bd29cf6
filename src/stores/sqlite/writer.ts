import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection, Durability } from '../sql/connection.ts'
import { isBusy, sqliteConnection, storeError } from './connection.ts'

/** How long a writer waits for its turn. It sleeps between attempts, so that this process goes on meanwhile. */
const WRITE_TURN_MS = 60_000
const LONGEST_SLEEP_MS = 8
const CACHE_KIB = 8 * 1024
/** Enough to write a whole file anew. */
export const REWRITING_CACHE_KIB = 1024
/** Pages (of 8 KiB) in the write-ahead log that start a checkpoint. */
const CHECKPOINT_PAGES = 6000
/** After a checkpoint the write-ahead log is cut to this many bytes. */
const LOG_BYTES_KEPT = 4 * 1024 * 1024
/** After a bulk write others get a chance to write: longer than they sleep between attempts. */
const PAUSE_MS = LONGEST_SLEEP_MS + 2
/** Only a bulk write that took so long makes room for others. */
const LONG_WRITE_MS = 50

/** The one writing connection of a process. Its methods are called one at a time. */
export interface Writer {
  readonly handle: DatabaseSync
  readonly connection: Connection
  /** One transaction: committed when this resolves, undone when it rejects. */
  write<T>(work: (connection: Connection) => Promise<T>, durability: Durability): Promise<T>
  /** From inside a transaction: what it deletes leaves the log too, as soon as it is done. */
  erase(): void
  /** Writes the whole file anew, when it is this connection's turn. */
  rewrite(): Promise<void>
  /** Empties the write-ahead log into the file, unless somebody reads from it. */
  emptyLog(): void
}

export function openWriter(handle: DatabaseSync, inMemory: boolean): Writer {
  try {
    // Always overwriting: what an update or a longer frame leaves behind is found by no deletion later.
    handle.exec(
      `PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY;
       PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA journal_size_limit = ${LOG_BYTES_KEPT};
       PRAGMA busy_timeout = 0`,
    )
  } catch (error) {
    throw storeError(error)
  }
  const connection = sqliteConnection(handle)
  let mode: Durability = 'full'
  let erasing = false

  function setMode(durability: Durability): void {
    if (mode === durability) return
    handle.exec(`PRAGMA synchronous = ${durability === 'bulk' ? 'NORMAL' : 'FULL'}`)
    mode = durability
  }

  async function write<T>(work: (connection: Connection) => Promise<T>, durability: Durability): Promise<T> {
    setMode(durability)
    await begin(handle)
    const startedMs = performance.now()
    try {
      const result = await work(connection)
      handle.exec('COMMIT')
      if (erasing || durability === 'erase') emptyLog()
      if (durability === 'bulk' && !inMemory && performance.now() - startedMs > LONG_WRITE_MS) await sleep(PAUSE_MS)
      return result
    } catch (error) {
      if (handle.isTransaction) handle.exec('ROLLBACK')
      throw storeError(error)
    } finally {
      erasing = false
    }
  }

  function emptyLog(): void {
    if (inMemory) return
    // Whoever reads or writes elsewhere must not hold us up: what is left now goes with the next checkpoint.
    try {
      handle.exec('PRAGMA busy_timeout = 50; PRAGMA wal_checkpoint(TRUNCATE)')
    } catch (error) {
      if (!isBusy(error)) throw storeError(error)
    } finally {
      handle.exec('PRAGMA busy_timeout = 0')
    }
  }

  async function rewrite(): Promise<void> {
    setMode('full')
    // A copy of all of it is made on the way, page after page: not in memory, and a large cache would be of no use.
    handle.exec(`PRAGMA temp_store = FILE; PRAGMA cache_size = -${REWRITING_CACHE_KIB}`)
    try {
      await inTurn(() => handle.exec('VACUUM'))
      emptyLog()
    } finally {
      handle.exec(`PRAGMA temp_store = MEMORY; PRAGMA cache_size = -${CACHE_KIB}`)
    }
  }

  return {
    handle,
    connection,
    write,
    rewrite,
    erase() {
      erasing = true
    },
    emptyLog,
  }
}

/** Begins to write when it is this connection's turn. @throws AppError `unavailable` after a minute */
export async function begin(handle: DatabaseSync): Promise<void> {
  await inTurn(() => handle.exec('BEGIN IMMEDIATE'))
}

async function inTurn(statement: () => void): Promise<void> {
  const deadline = performance.now() + WRITE_TURN_MS
  for (let attempt = 0; ; attempt++) {
    try {
      statement()
      return
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw storeError(error)
    }
    await sleep(Math.random() * Math.min(LONGEST_SLEEP_MS, 2 ** attempt))
  }
}
