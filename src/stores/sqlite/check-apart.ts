import type { Connection } from '../sql/connection.ts'
import { sizeOf } from './files.ts'

/** From this size on a whole check takes long enough for others to notice. */
const LARGE_BYTES = 64 * 1024 * 1024

/** @returns what the engine says: `ok`, or a line for each damage */
export async function checkFile(path: string, here: () => Promise<string[]>): Promise<string[]> {
  return sizeOf(path) < LARGE_BYTES ? here() : checkApart(path)
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
    const database = new DatabaseSync(workerData, { readOnly: true, timeout: 10_000 })
    const rows = database.prepare('PRAGMA integrity_check(20)').all()
    database.close()
    parentPort.postMessage({ lines: rows.map((row) => row.integrity_check) })
  } catch ({ message, code, errcode }) {
    parentPort.postMessage({ error: { message, code, errcode } })
  }`

/**
 * The engine's check of every page, in a thread of its own with a connection of its own: it takes seconds on a large file, and
 * whoever serves goes on meanwhile.
 *
 * @returns what the engine says: `ok`, or a line for each damage
 */
export async function checkApart(path: string): Promise<string[]> {
  const { Worker } = await import('node:worker_threads')
  return new Promise((resolve, reject) => {
    const worker = new Worker(CHECK, { eval: true, workerData: path })
    worker.once('message', ({ lines, error }: { lines?: string[]; error?: { message: string } }) => {
      if (lines) resolve(lines)
      else reject(Object.assign(new Error(error?.message), error))
    })
    worker.once('error', reject)
  })
}
