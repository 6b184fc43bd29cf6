import type { Connection } from '../sql/connection.ts'
import { isNoRoom } from './connection.ts'
import { sizeOf } from './files.ts'
import { hasLog, stillAddress } from './open-handle.ts'

/** From this size on a whole check takes long enough for others to notice. */
const LARGE_BYTES = 64 * 1024 * 1024

export function isLarge(path: string): boolean {
  return sizeOf(path) >= LARGE_BYTES
}

/**
 * @param pagesOnly for a large file
 * @returns what the engine says: `ok`, or a line for each damage
 */
export async function checkFile(path: string, here: () => Promise<string[]>, pagesOnly = false): Promise<string[]> {
  if (!isLarge(path)) return here()
  try {
    return await checkApart(path, pagesOnly)
  } catch (error) {
    if (!isNoRoom(error) || hasLog(path)) throw error
    return checkApart(stillAddress(path), pagesOnly)
  }
}

export async function checkHere(connection: Connection): Promise<string[]> {
  const rows = await connection.all<{ integrity_check: string }>('PRAGMA main.integrity_check(20)')
  return rows.map((row) => row.integrity_check)
}

/** Runs in the thread. Errors are told by their fields: a copied error keeps only its text. */
const CHECK = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { DatabaseSync } = require('node:sqlite')
  try {
    const { path, check } = workerData
    const database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 })
    const rows = database.prepare('PRAGMA ' + check + '(20)').all()
    database.close()
    parentPort.postMessage({ lines: rows.map((row) => row[check]) })
  } catch ({ message, code, errcode }) {
    parentPort.postMessage({ error: { message, code, errcode } })
  }`

/**
 * The engine's check of every page, in a thread of its own with a connection of its own: it takes seconds on a large file, and
 * whoever serves goes on meanwhile.
 *
 * @param pagesOnly without comparing each index with its table (https://www.sqlite.org/pragma.html#pragma_quick_check)
 * @returns what the engine says: `ok`, or a line for each damage
 */
export async function checkApart(path: string, pagesOnly = false): Promise<string[]> {
  const { Worker } = await import('node:worker_threads')
  const check = pagesOnly ? 'quick_check' : 'integrity_check'
  return new Promise((resolve, reject) => {
    const worker = new Worker(CHECK, { eval: true, workerData: { path, check } })
    worker.once('message', ({ lines, error }: { lines?: string[]; error?: { message: string } }) => {
      if (lines) resolve(lines)
      else reject(Object.assign(new Error(error?.message), error))
    })
    worker.once('error', reject)
  })
}
