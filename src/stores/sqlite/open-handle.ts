import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { AppError } from '../../domain/errors.ts'
import { isNoRoom, storeError } from './connection.ts'
import { watchTime } from './in-time.ts'

/** How long opening and reading wait for another process, in milliseconds. */
const BUSY_TIMEOUT_MS = 10_000

/** @param settings pragmas to begin with; a file that is no database is noticed here */
export function openHandle(path: string, settings = ''): DatabaseSync {
  let handle: DatabaseSync | undefined
  try {
    handle = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: false })
    handle.exec(settings)
    watchTime(handle)
    return handle
  } catch (error) {
    handle?.close()
    throw storeError(error)
  }
}

/** A connection to be read from. */
export interface Reader {
  handle: DatabaseSync
  /** The file is read as it lies there, by nobody's leave: what others write from now on is not seen. */
  isStill: boolean
}

/**
 * Opens the file to be read.
 *
 * SQLite puts memory that processes share beside a file with a write-ahead log. On a full disk there is no room for it, and
 * nothing could be read any more; but then nobody else has the file open either, so that it can be read as it lies there.
 *
 * @see https://www.sqlite.org/uri.html (immutable), https://www.sqlite.org/wal.html (read-only databases)
 */
export function openReader(path: string, settings: string): Reader {
  let handle: DatabaseSync | undefined
  try {
    handle = openHandle(path, settings)
    handle.exec('SELECT 1 FROM sqlite_schema LIMIT 1')
    return { handle, isStill: false }
  } catch (error) {
    if (handle?.isOpen) handle.close()
    if (!isNoRoom(error instanceof AppError ? error.cause : error) || hasLog(path)) throw storeError(error)
    return { handle: openHandle(stillAddress(path), settings), isStill: true }
  }
}

/** What a file that nobody can write to is opened by. */
export function stillAddress(path: string): string {
  return `${pathToFileURL(path).href}?immutable=1`
}

/** Whether the newest of what was written lies beside the file, where `stillAddress` does not see it. */
export function hasLog(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
}
