import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Held by the one background process of a data folder. The system lets go of it when the process dies, however it dies. */
export interface Lock {
  release(): void
}

/**
 * Takes a lock of a data folder: an exclusive lock of the system on an SQLite file in which nothing is ever written. A file
 * in its place that is something else is put away.
 *
 * @returns undefined while another process holds it
 */
export function takeLock(dataDir: string, path = lockFile(dataDir)): Lock | undefined {
  for (const last of [false, true]) {
    const database = new DatabaseSync(path, { timeout: 0 })
    try {
      database.exec('BEGIN EXCLUSIVE')
      return { release: () => database.close() }
    } catch (error) {
      database.close()
      if ((error as { errcode?: number }).errcode === SQLITE_BUSY || last) return undefined
      rmSync(path, { force: true, recursive: true })
    }
  }
  return undefined
}

const SQLITE_BUSY = 5

export function lockFile(dataDir: string): string {
  return join(dataDir, 'background.lock')
}
