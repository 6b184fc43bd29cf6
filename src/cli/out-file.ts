import { randomBytes } from 'node:crypto'
import { closeSync, constants, fsyncSync, linkSync, lstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder } from '../config/make-folder.ts'
import { AppError } from '../domain/errors.ts'

const FLUSHED_CHARACTERS = 256 * 1024

/**
 * Writes a file whole or not at all, for its owner alone. Nothing that is there is written over without `force`, and no link is
 * followed: what stands at the path is replaced itself.
 *
 * @returns bytes written
 * @throws AppError `conflict` when something is there, `unavailable` when it cannot be written
 */
export async function writeOut(path: string, pieces: AsyncIterable<string>, force: boolean): Promise<number> {
  if (!force && lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw inTheWay(path)
  const draft = join(dirname(path), `.daybook-${randomBytes(6).toString('hex')}`)
  const file = open(draft)
  try {
    const sizeBytes = await fill(file, pieces)
    fsyncSync(file)
    if (force) renameSync(draft, path)
    // A hard link is made only where nothing is: also when somebody was faster.
    else linkSync(draft, path)
    return sizeBytes
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw inTheWay(path)
    throw error
  } finally {
    closeSync(file)
    rmSync(draft, { force: true })
  }
}

function inTheWay(path: string): AppError {
  return new AppError('conflict', `${path} exists already and is not written over`, {
    details: ['--force replaces it'],
    hint: 'daybook export --help',
  })
}

function open(draft: string): number {
  try {
    makeFolder(dirname(draft))
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)
    return openSync(draft, flags, 0o600)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new AppError('unavailable', `nothing can be written into ${dirname(draft)}: ${reason}`, { cause: error })
  }
}

async function fill(file: number, pieces: AsyncIterable<string>): Promise<number> {
  let sizeBytes = 0
  let waiting = ''
  const flush = (): void => {
    const bytes = Buffer.from(waiting)
    for (let from = 0; from < bytes.length;) from += writeSync(file, bytes, from)
    sizeBytes += bytes.length
    waiting = ''
  }
  for await (const piece of pieces) {
    waiting += piece
    if (waiting.length >= FLUSHED_CHARACTERS) flush()
  }
  flush()
  return sizeBytes
}
