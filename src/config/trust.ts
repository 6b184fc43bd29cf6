import { readFileSync, realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { type Places, makeDataDir, reasonOf, thisMachine } from './places.ts'
import { writePrivateFile } from './private-file.ts'

/** A directory whose `.daybook/config.toml` counts. */
export interface TrustedDirectory {
  /** With links resolved. */
  path: string
  trustedAt: string
}

/**
 * Directories that are trusted, in the order they were added.
 *
 * @throws AppError `unavailable` when the list cannot be read; nothing is trusted by mistake
 */
export function trustedDirectories({ trustFile }: Pick<Places, 'trustFile'>): TrustedDirectory[] {
  let text: string
  try {
    text = readFileSync(trustFile, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new AppError('unavailable', `${trustFile} cannot be read: ${reasonOf(error)}`, { cause: error })
  }
  try {
    const list = JSON.parse(text) as { directories: TrustedDirectory[] }
    return list.directories.filter((each) => typeof each.path === 'string' && typeof each.trustedAt === 'string')
  } catch (error) {
    throw new AppError('unavailable', `${trustFile} is damaged; nothing is trusted until it is gone`, {
      hint: `rm ${quoted(trustFile)}`,
      cause: error,
    })
  }
}

/** True for a directory that was trusted itself; its parents and children do not count. */
export function isTrusted(places: Pick<Places, 'trustFile'>, directory: string): boolean {
  return trustedDirectories(places).some((each) => each.path === directory)
}

/**
 * Lets the directory's `.daybook/config.toml` count from now on. Trusting it again changes nothing.
 *
 * @throws AppError `not_found` when there is no such directory, `invalid` for the home directory and the root
 */
export function trustDirectory(places: Places, directory: string, now: number): TrustedDirectory {
  const path = realDirectory(directory)
  if (path === resolve('/') || path === thisMachine().home) {
    throw new AppError('invalid', `${path} is not a project`, { hint: 'name the project folder itself' })
  }
  const directories = trustedDirectories(places)
  const known = directories.find((each) => each.path === path)
  if (known) return known
  const added = { path, trustedAt: new Date(now).toISOString() }
  save(places, [...directories, added])
  return added
}

/** Takes trust back. Returns false when the directory was not trusted. A directory that is gone can be named too. */
export function distrustDirectory(places: Places, directory: string): boolean {
  const named = new Set([resolve(directory)])
  try {
    named.add(realpathSync(directory))
  } catch {
    // Gone: its entry goes by the path it had.
  }
  const directories = trustedDirectories(places)
  const kept = directories.filter((each) => !named.has(each.path))
  if (kept.length === directories.length) return false
  save(places, kept)
  return true
}

function realDirectory(directory: string): string {
  try {
    const path = realpathSync(directory)
    if (statSync(path).isDirectory()) return path
  } catch (error) {
    throw new AppError('not_found', `no directory ${JSON.stringify(directory)}: ${reasonOf(error)}`, { cause: error })
  }
  throw new AppError('not_found', `${JSON.stringify(directory)} is not a directory`)
}

function save({ dataDir, trustFile }: Places, directories: TrustedDirectory[]): void {
  makeDataDir(dataDir)
  try {
    writePrivateFile(trustFile, `${JSON.stringify({ directories }, null, 2)}\n`)
  } catch (error) {
    throw new AppError('unavailable', `${trustFile} cannot be written: ${reasonOf(error)}`, { cause: error })
  }
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
