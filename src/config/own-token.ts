import { randomBytes } from 'node:crypto'
import { closeSync, constants, fstatSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../domain/errors.ts'

/** 256 bits. */
const TOKEN_BYTES = 32
const SHAPE = /^[A-Za-z0-9_-]{43}$/

/** Where the token of this install is: one for all servers on this machine, in a file of its owner alone. */
export function tokenFile(dataDir: string): string {
  return join(dataDir, 'token')
}

/**
 * The token of this install, made at first use.
 *
 * @throws AppError `forbidden` when others may read the file or it is no plain file of ours, `unavailable` when it cannot be made
 */
export function readToken(dataDir: string): string {
  const path = tokenFile(dataDir)
  const known = readExisting(path)
  if (known !== undefined) return known
  // Written whole beside its place and linked there: of two servers that start at once, the second finds the first one's.
  const draft = `${path}.${process.pid}`
  try {
    writeFileSync(draft, `${randomBytes(TOKEN_BYTES).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
    linkSync(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(path, error)
  } finally {
    rmSync(draft, { force: true })
  }
  const made = readExisting(path)
  if (made === undefined) throw unwritable(path)
  return made
}

/** So long an old token may still count after its file was changed. */
const BELIEVED_MS = 2_000

/** The token as its file has it now, looked at again every two seconds: whoever removes the file takes all access away. */
export function currentToken(dataDir: string, now: () => number): () => string {
  let token = readToken(dataDir)
  let readMs = now()
  return () => {
    if (Math.abs(now() - readMs) < BELIEVED_MS) return token
    readMs = now()
    return (token = readToken(dataDir))
  }
}

function unwritable(path: string, cause?: unknown): AppError {
  return new AppError('unavailable', `the token cannot be kept in ${path}`, { hint: 'daybook doctor', cause })
}

function readExisting(path: string): string | undefined {
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw notOurs(path, 'is no plain file that can be read', error)
  }
  try {
    const { mode, uid } = fstatSync(file)
    const foreign = process.getuid !== undefined && uid !== process.getuid()
    if (process.platform !== 'win32' && ((mode & 0o077) !== 0 || foreign)) throw notOurs(path, 'may be read by others')
    const token = readFileSync(file, 'utf8').trim()
    if (!SHAPE.test(token)) throw notOurs(path, 'does not hold a token')
    return token
  } finally {
    closeSync(file)
  }
}

function notOurs(path: string, what: string, cause?: unknown): AppError {
  return new AppError('forbidden', `the token file ${path} ${what}`, { hint: `rm ${path}`, cause })
}
