import { relativeTo } from './work-tree.ts'

/** A commit as the repository has it. */
export interface Commit {
  /** Full. */
  hash: string
  subject: string
  /** When it was committed, ISO. */
  at: string
  /** Relative to the repository's root, with `/`. Empty for a merge. */
  files: string[]
}

/**
 * How it is known that a session made a commit: its own tool output showed the hash; it alone had changed the files; it alone
 * was at work then; or several were, and nothing tells them apart.
 */
export const COMMIT_EVIDENCE = ['seen', 'files', 'window', 'shared'] as const
export type CommitEvidence = (typeof COMMIT_EVIDENCE)[number]

/** A session that was at work in the repository around the time of a commit. */
export interface AtWork {
  sessionId: string
  /** ISO, both inclusive. */
  from: string
  to: string
  /** Hashes, whole or their beginnings, that its tools' output showed. */
  hashes: readonly string[]
  /** Paths that it changed, absolute or relative to the root. */
  files: readonly string[]
}

export interface AttributedCommit {
  commit: Commit
  evidence: CommitEvidence
}

/**
 * Which of these commits are a session's, and how that is known. Parallel sessions in one repository do not get each
 * other's: a hash in somebody's output decides, then the files that each had changed, and what is left is marked shared.
 *
 * @param root of the repository: what the paths in `commits` are relative to
 */
export function commitsOf(
  sessionId: string,
  commits: readonly Commit[],
  sessions: readonly AtWork[],
  root: string,
): AttributedCommit[] {
  const changed = new Map(
    sessions.map(({ sessionId: id, files }) => [id, new Set(files.map((path) => relativeTo(root, path)))]),
  )
  const evidenceOf = (commit: Commit): CommitEvidence | undefined => {
    const ours = (some: readonly AtWork[]) => some.some((one) => one.sessionId === sessionId)
    const among = sessions.filter(({ hashes }) => hashes.some((hash) => isSameCommit(hash, commit.hash)))
    if (among.length > 0) return ours(among) ? 'seen' : undefined
    const then = sessions.filter(({ from, to }) => second(from) <= second(commit.at) && second(commit.at) <= second(to))
    if (!ours(then)) return undefined
    const touched = then.filter((one) => commit.files.some((path) => changed.get(one.sessionId)?.has(path)))
    if (touched.length === 0) return then.length === 1 ? 'window' : 'shared'
    if (!ours(touched)) return undefined
    return touched.length === 1 ? 'files' : 'shared'
  }
  return commits.flatMap((commit) => {
    const evidence = evidenceOf(commit)
    return evidence === undefined ? [] : [{ commit, evidence }]
  })
}

/** One hash may be the other's beginning, from seven characters on. */
export function isSameCommit(one: string, other: string): boolean {
  return Math.min(one.length, other.length) >= 7 && (one.startsWith(other) || other.startsWith(one))
}

/** Commits know no fractions of a second. */
function second(iso: string): number {
  return Math.floor(Date.parse(iso) / 1000)
}
