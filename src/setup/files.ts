import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { reasonOf } from '../config/places.ts'

const LARGEST_BYTES = 64 * 1024 * 1024

/** @returns undefined where there is no such file @throws AppError `unavailable` for one that cannot be read */
export function readBytes(path: string): Buffer | undefined {
  try {
    const stat = statSync(path)
    if (!stat.isFile() || stat.size > LARGEST_BYTES) throw new AppError('unavailable', `${path} is no file of settings`)
    return readFileSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (error instanceof AppError) throw error
    throw new AppError('unavailable', `${path} cannot be read: ${reasonOf(error)}`, { cause: error })
  }
}

/**
 * Writes a file whole or not at all. A link is followed: settings kept elsewhere stay there. Its mode stays.
 *
 * @returns folders that were made for it, outermost first
 * @throws AppError `unavailable` when it cannot be written
 */
export function putBytes(path: string, bytes: Uint8Array | string, mode = 0o600): string[] {
  let draft: string | undefined
  try {
    const made = mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const stat = statSync(path, { throwIfNoEntry: false })
    const target = stat ? realpathSync(path) : path
    draft = `${target}.daybook-${randomBytes(6).toString('hex')}`
    writeFileSync(draft, bytes, { flag: 'wx', mode: 0o600 })
    chmodSync(draft, stat ? stat.mode & 0o7777 : mode)
    renameSync(draft, target)
    return made === undefined ? [] : foldersFrom(made, dirname(path))
  } catch (error) {
    if (draft !== undefined) rmSync(draft, { force: true })
    throw new AppError('unavailable', `${path} cannot be written: ${reasonOf(error)}`, { cause: error })
  }
}

function foldersFrom(first: string, last: string): string[] {
  return last.length <= first.length ? [first] : [...foldersFrom(first, dirname(last)), last]
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
