import { hash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { asObject } from '../record.ts'
import type { State } from './state.ts'

/** Folders a conversation may belong to, as the files around it tell. */
export interface KnownRoots {
  /** By the place of the transcript: `.project_root`, or `projects.json` for the folder's name. Believed as it stands. */
  own: string[]
  /** Other projects of this machine. One of them counts where its hash is the conversation's `projectHash`. */
  others: string[]
}

const LARGEST_FILE = 1024 * 1024
/** Paths that are tried for one conversation: enough for every folder a session usually names. */
const MOST_TRIED = 1000

/**
 * Reads `.project_root` and `projects.json` around a transcript; for a folder named by a hash also which folders the
 * person trusts and where other projects lie. Missing or damaged files say nothing.
 */
export function knownRoots(transcriptPath: string): KnownRoots {
  const folder = projectFolder(transcriptPath)
  if (folder === undefined) return { own: [], others: [] }
  const roots: KnownRoots = { own: [], others: [] }
  const stated = readSmall(join(folder, '.project_root'))?.trim()
  if (stated) roots.own.push(stated)
  const home = dirname(dirname(folder))
  for (const [root, slug] of Object.entries(asObject(readJson(join(home, 'projects.json'))?.projects) ?? {})) {
    if (slug === basename(folder)) roots.own.push(root)
    else roots.others.push(root)
  }
  if (/^[0-9a-f]{64}$/.test(basename(folder))) {
    roots.others.push(...Object.keys(readJson(join(home, 'trustedFolders.json')) ?? {}), ...siblingRoots(folder))
  }
  return roots
}

function siblingRoots(folder: string): string[] {
  try {
    const names = readdirSync(dirname(folder)).slice(0, MOST_TRIED)
    return names.flatMap((name) => readSmall(join(dirname(folder), name, '.project_root'))?.trim() ?? [])
  } catch {
    return []
  }
}

/** `<tmp>/<project>` of `<tmp>/<project>/chats/...`. */
function projectFolder(path: string): string | undefined {
  for (let folder = dirname(path), depth = 0; depth < 3; folder = dirname(folder), depth++) {
    if (basename(folder) === 'chats') return dirname(folder)
  }
  return undefined
}

/** `projects.json`: `{projects: {<absolute path>: <folder name>}}` (0.61); `trustedFolders.json`: `{<absolute path>: ...}`. */
function readJson(path: string): Record<string, unknown> | undefined {
  const text = readSmall(path)
  if (text === undefined) return undefined
  try {
    return asObject(JSON.parse(text))
  } catch {
    return undefined
  }
}

function readSmall(path: string): string | undefined {
  try {
    return statSync(path).size > LARGEST_FILE ? undefined : readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * Takes the first of `paths` whose SHA-256 is the conversation's `projectHash` as its working directory: no guess, for no
 * other path has that hash.
 */
export function proveRoot(state: State, paths: Iterable<string>): void {
  if (state.cwd !== '' || state.projectHash === '') return
  for (const path of paths) {
    if (state.rootsTried >= MOST_TRIED) return
    state.rootsTried++
    if (hash('sha256', path, 'hex') !== state.projectHash) continue
    state.cwd = path
    return
  }
}

/** The folders above an absolute path of either kind of system, deepest first. */
export function* foldersAbove(path: string): Generator<string> {
  if (!/^(?:\/|[A-Za-z]:[\\/])/.test(path) || path.length > 1000) return
  for (let end = lastSeparator(path); end > 0; end = lastSeparator(path.slice(0, end))) yield path.slice(0, end)
}

function lastSeparator(path: string): number {
  return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'))
}
