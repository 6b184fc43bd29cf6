import { constants, closeSync, fstatSync, lstatSync, openSync, readFileSync, readdirSync, realpathSync } from 'node:fs'
import { dirname, relative, sep } from 'node:path'
import { AppError } from '../../domain/errors.ts'

/** What tells one state of a file from the next without reading it. */
export interface FileState {
  path: string
  sizeBytes: number
  modifiedNs: string
}

/** Where files are: sessions and all else, and what tools left of their calls. */
export interface Tree {
  root: string
  history: string
  /** Makes a link; not every system lets everyone. */
  symlink(target: string, path: string): void
}

/** Paths that begin so lie in the tools' history. No session is called so. */
export const HISTORY = '.history/'

/** The file that a path of a tree means. */
export function fileIn({ root, history }: Tree, path: string): string {
  return path.startsWith(HISTORY) ? `${history}/${path.slice(HISTORY.length)}` : `${root}/${path}`
}

/** Folders of a tree that hold no records: made again, or of one machine. */
export const INDEX_FOLDER = '.daybook/index'
export const STAGING_FOLDER = '.daybook/staging'
export const WORKSPACES_FOLDER = '.daybook/workspaces'

/**
 * Every file below a tree that may hold records, in the order of names. Links are not followed.
 *
 * @param top a folder of the tree: what lies below it; all when left out
 */
export function listTree(tree: Tree, top = ''): FileState[] {
  const found: FileState[] = []
  const walk = (folder: string): void => {
    const entries = readdirSync(fileIn(tree, folder), { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) {
        if (!APART.has(path) && entry.name !== '.git') walk(path)
      } else if (entry.isFile() && (path.endsWith('.jsonl') || path.endsWith('.json'))) {
        const state = stateOf(tree, path)
        // Gone since it was listed.
        if (state) found.push(state)
      }
    }
  }
  walk(top)
  return found
}

const APART = new Set([INDEX_FOLDER, STAGING_FOLDER, WORKSPACES_FOLDER])

/** `undefined` where there is nothing. */
export function stateOf(tree: Tree, path: string): FileState | undefined {
  const stat = lstatSync(fileIn(tree, path), { bigint: true, throwIfNoEntry: false })
  return stat && { path, sizeBytes: Number(stat.size), modifiedNs: String(stat.mtimeNs) }
}

/** A file's bytes; `undefined` where there is none. A link in its place is not followed. */
export function readTree(tree: Tree, path: string): Buffer | undefined {
  let file: number
  try {
    file = openSync(fileIn(tree, path), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined
    throw error
  }
  try {
    return fstatSync(file).isFile() ? readFileSync(file) : undefined
  } finally {
    closeSync(file)
  }
}

/**
 * Sees to it that a folder of the tree lies in the tree: a link may lead elsewhere.
 *
 * @throws AppError `forbidden`
 */
export function checkInside(tree: Tree, path: string): void {
  const top = path.startsWith(HISTORY) ? tree.history : tree.root
  const from = relative(realpathSync(top), realpathSync(dirname(fileIn(tree, path))))
  if (from !== '..' && !from.startsWith(`..${sep}`)) return
  throw new AppError('forbidden', `${fileIn(tree, dirname(path))} is a link that leads out of ${top}`, {
    hint: `rm ${JSON.stringify(fileIn(tree, dirname(path)))}`,
  })
}

export function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
