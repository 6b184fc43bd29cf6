import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
} from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { AppError } from '../../domain/errors.ts'

const MOST_FILE_BYTES = 512 * 1024 ** 2

/** A folder of sessions, and where links of it may lead. */
export interface SessionTree {
  root: string
  /** `.history` beside it, where tools keep what they did. */
  history: string
  /** Names of the folders that hold a session, in their order. */
  sessions: string[]
  /** Names of what is a link and not looked into. */
  links: string[]
}

/**
 * Looks at a folder: the tree itself, or the one that holds it as `.sessions`.
 *
 * @throws AppError `invalid` where no session is in it
 */
export function openTree(path: string): SessionTree {
  for (const root of [path, join(path, '.sessions')]) {
    if (!lstatSync(root, { throwIfNoEntry: false })) continue
    const entries = readdirSync(root, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'))
    const sessions = entries.filter((entry) => entry.isDirectory() && isSession(join(root, entry.name)))
    if (sessions.length === 0) continue
    const links = entries.filter((entry) => entry.isSymbolicLink())
    const names = (some: typeof entries): string[] => some.map(({ name }) => name).toSorted()
    return { root, history: join(root, '..', '.history'), sessions: names(sessions), links: names(links) }
  }
  throw new AppError('invalid', `${path} holds no sessions: a folder each, with metadata.json or conversation.jsonl`, {
    hint: 'daybook export --all --format tree --to .sessions',
  })
}

function isSession(folder: string): boolean {
  return ['metadata.json', 'conversation.jsonl'].some((name) => isFile(join(folder, name)))
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true
}

/** A file's text; `undefined` where there is none. No link is followed. @throws AppError `too_large` */
export function textIn(path: string): string | undefined {
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch {
    return undefined
  }
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) return undefined
    if (stat.size > MOST_FILE_BYTES) throw new AppError('too_large', `${path} exceeds 512 MB`)
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '')
  } finally {
    closeSync(file)
  }
}

/** Names in a folder, none where it is no folder of its own. */
export function namesIn(folder: string): string[] {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder).toSorted() : []
}

/**
 * The folder of a call's own files, as a link says it, or a file where links cannot be made.
 *
 * @returns `outside` where it leads anywhere but into the tools' history; `undefined` where nothing is there
 */
export function linkedFolder({ history }: SessionTree, link: string): { folder: string } | 'outside' | undefined {
  const target = targetOf(link)
  if (target === undefined) return undefined
  const whole = resolve(dirname(link), target)
  if (!isBelow(history, whole)) return 'outside'
  const stat = lstatSync(whole, { throwIfNoEntry: false })
  if (stat === undefined) return undefined
  // A folder on the way may be a link itself.
  if (!isBelow(realpathSync(history), realpathSync(whole))) return 'outside'
  return { folder: stat.isFile() ? dirname(whole) : whole }
}

function targetOf(link: string): string | undefined {
  const stat = lstatSync(link, { throwIfNoEntry: false })
  if (stat?.isSymbolicLink() === true) return readlinkSync(link)
  return stat?.isFile() === true && stat.size < 4096 ? textIn(link)?.trim() : undefined
}

function isBelow(folder: string, path: string): boolean {
  const from = relative(folder, path)
  return from !== '' && from !== '..' && !from.startsWith(`..${sep}`) && resolve(folder, from) === path
}
