/** What happened to a file since the last commit, or since it was staged. */
export type FileState = 'added' | 'modified' | 'deleted' | 'type_changed' | 'conflicted' | 'untracked'

/** A file, or a directory of untracked ones (`build/`), that is not as the last commit has it. */
export interface WorkTreeChange {
  /** Relative to the root, with `/`. */
  path: string
  /** In the index against HEAD. */
  staged: FileState | null
  /** On disk against the index. */
  unstaged: FileState | null
}

/** A work tree as it stands. */
export interface WorkTree {
  /** Absolute. */
  root: string
  /** Null when no branch is checked out. */
  branch: string | null
  /** Full hash; null before the first commit. */
  head: string | null
  /** By path. Changes inside submodules are not looked at. */
  changes: WorkTreeChange[]
}

const LETTERS: Record<FileState, string> = {
  added: 'A',
  modified: 'M',
  deleted: 'D',
  type_changed: 'T',
  conflicted: 'U',
  untracked: '?',
}

/** ` M src/tide.ts`: two letters as `git status --short` has them, and the path. */
export function shortStatus({ path, staged, unstaged }: WorkTreeChange): string {
  if (unstaged === 'untracked' && staged === null) return `?? ${path}`
  return `${staged === null ? ' ' : LETTERS[staged]}${unstaged === null ? ' ' : LETTERS[unstaged]} ${path}`
}

/** Whether a file is, or lies below, one of the changes. */
export function isDirty({ root, changes }: WorkTree, path: string): boolean {
  const within = relativeTo(root, path)
  if (within === undefined) return false
  return changes.some(
    (change) => change.path === within || (change.path.endsWith('/') && within.startsWith(change.path)),
  )
}

/** The path as seen from the root, with `/`; undefined where it lies elsewhere. A path that is relative is one already. */
export function relativeTo(root: string, path: string): string | undefined {
  const plain = path.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '')
  if (!/^(?:\/|[A-Za-z]:\/)/.test(plain)) return plain
  const base = `${root.replaceAll('\\', '/').replace(/\/+$/, '')}/`
  return plain.startsWith(base) ? plain.slice(base.length) : undefined
}
