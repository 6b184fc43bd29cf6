import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import { shellWord } from '../../domain/shell-word.ts'

/**
 * Makes the place of a store private: directories 0700, the file 0600, whatever the umask. SQLite gives its companions
 * (`-wal`, `-shm`) the mode of the file.
 *
 * The file is opened only when it does not exist yet: closing a descriptor of a database that this process has open would
 * drop SQLite's locks on it (https://www.sqlite.org/howtocorrupt.html, section 2.2).
 *
 * @returns whether the file is new
 * @throws AppError `forbidden` when the directory belongs to somebody else or others may write to it
 */
export function preparePlace(path: string): boolean {
  const directory = dirname(path)
  makeDirectory(directory)
  checkDirectory(directory)
  try {
    closeSync(openSync(path, 'wx', 0o600))
    chmodSync(path, 0o600)
    return true
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw unwritable(directory, error)
    const stat = statSync(path)
    if (!stat.isFile())
      throw new AppError('conflict', `${path} is not a file`, { hint: 'choose another data directory' })
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) chmodSync(path, 0o600)
    return false
  }
}

/**
 * Makes an empty file that only its owner can read, for a copy of the store. It may lie where others write too, as in `/tmp`:
 * nobody but the owner can open it.
 *
 * @throws AppError `conflict` when something is there, `unavailable` when it cannot be made
 */
export function prepareCopy(path: string): void {
  const failed = (what: string, error: unknown): AppError => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return new AppError('unavailable', `${what}: ${code}`, { cause: error })
  }
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  } catch (error) {
    throw failed(`the folder ${dirname(path)} cannot be made`, error)
  }
  try {
    closeSync(openSync(path, 'wx', 0o600))
    chmodSync(path, 0o600)
  } catch (error) {
    if (isCode(error, 'EEXIST')) {
      const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
      const free = isFolder ? join(path, 'daybook-backup.db') : path.replace(/(\.\w+)?$/, '-2$1')
      const said = isFolder ? `${path} is a folder` : `${path} exists already`
      throw new AppError('conflict', said, { hint: `daybook backup ${shellWord(free)}` })
    }
    throw failed(`${path} cannot be written`, error)
  }
}

function makeDirectory(directory: string): void {
  if (existsSync(directory)) return
  try {
    const first = mkdirSync(directory, { recursive: true, mode: 0o700 })
    if (first !== undefined) chmodSync(directory, 0o700)
  } catch (error) {
    throw unwritable(directory, error)
  }
}

function checkDirectory(directory: string): void {
  const stat = statSync(directory)
  if (!stat.isDirectory()) {
    throw new AppError('conflict', `${directory} is not a directory`, { hint: 'choose another data directory' })
  }
  if (process.platform === 'win32' || process.getuid === undefined) return
  if (stat.uid !== process.getuid()) {
    throw new AppError('forbidden', `the data directory ${directory} belongs to another user`, {
      hint: 'set DAYBOOK_HOME to a directory of your own',
    })
  }
  if ((stat.mode & 0o022) !== 0) {
    throw new AppError('forbidden', `others may write to the data directory ${directory}`, {
      hint: `chmod 700 ${directory}`,
    })
  }
}

function unwritable(directory: string, cause: unknown): AppError {
  return new AppError('unavailable', `the data directory ${directory} cannot be written`, {
    hint: 'set DAYBOOK_HOME to a directory of your own',
    cause,
  })
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** Zero where there is none. A stat reads no bytes of the database, so it takes no lock away. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
