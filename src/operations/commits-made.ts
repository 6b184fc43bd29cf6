import { type AtWork, type CommitEvidence, commitsOf, isSameCommit } from '../domain/commit.ts'
import { isAppError } from '../domain/errors.ts'
import type { CommitSeen } from '../domain/invocation.ts'
import type { Session } from '../domain/session.ts'
import type { Repository } from '../git/repository.ts'
import type { OperationContext } from './operation.ts'
import { everyItem } from './page.ts'
import { repositoryOf } from './session-place.ts'

/** A commit of a session. */
export interface SessionCommit {
  /** Full where the repository was asked and has it, else as the output showed it. */
  hash: string
  subject: string
  at: string
  /** The branch it was made on, where the output told. */
  branch: string | null
  evidence: CommitEvidence
  /** False for one that was amended, rebased away or made elsewhere; null where the repository could not be asked. */
  inRepository: boolean | null
  /** The call whose output showed it. */
  entryId: string | null
}

export interface CommitsMade {
  /** Newest first. */
  commits: SessionCommit[]
  /** From the session's first entry to its last, ISO. */
  timeframe: { since: string; until: string }
  /** Root of the work tree that was asked; null where there is none. */
  repository: string | null
  /** Why the repository told nothing; null where it did. */
  problem: string | null
}

/** No session makes more, and git is not asked for more. */
const MOST_COMMITS = 1000
const MOST_NEIGHBOURS = 200

/** Commits of a session: those that its tools' output showed, and those of its time that the repository has. */
export async function commitsMade(context: OperationContext, session: Session): Promise<CommitsMade> {
  const own = await workOf(context, session)
  const timeframe = { since: own.from, until: own.to }
  const repository = await repositoryOf(context, session)
  if (!repository) {
    const problem = `no repository is at ${session.cwd ?? 'the place it worked in'} any more`
    return { commits: withoutGit(own.seen), timeframe, repository: null, problem }
  }
  try {
    const commits = await withGit(context, session, own, repository)
    return { commits, timeframe, repository: repository.root, problem: null }
  } catch (error) {
    if (!isAppError(error)) throw error
    return { commits: withoutGit(own.seen), timeframe, repository: repository.root, problem: error.message }
  }
}

async function withGit(
  context: OperationContext,
  session: Session,
  own: WorkDone,
  repository: Repository,
): Promise<SessionCommit[]> {
  const { readCommits } = await import('../git/commits.ts')
  const question = { from: own.from, to: own.to, hashes: own.hashes, limit: MOST_COMMITS }
  const commits = await readCommits(repository, question, context.env.variables)
  const sessions = commits.length === 0 ? [] : [own, ...(await neighbours(context, session, own))]
  const made = commitsOf(session.id, commits, sessions, repository.root).map(({ commit, evidence }): SessionCommit => {
    const seen = own.seen.find(({ hash }) => isSameCommit(hash, commit.hash))
    const { hash, subject, at } = commit
    return {
      hash,
      subject,
      at,
      branch: seen?.branch ?? null,
      evidence,
      inRepository: true,
      entryId: seen?.entryId ?? null,
    }
  })
  const gone = own.seen.filter(({ hash }) => !made.some((commit) => isSameCommit(hash, commit.hash)))
  return [...made, ...gone.map((seen) => asSeen(seen, false))].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
}

function withoutGit(seen: readonly CommitSeen[]): SessionCommit[] {
  const commits: SessionCommit[] = []
  for (const one of seen) {
    if (!commits.some(({ hash }) => isSameCommit(hash, one.hash))) commits.push(asSeen(one, null))
  }
  return commits
}

function asSeen({ hash, subject, at, branch, entryId }: CommitSeen, inRepository: boolean | null): SessionCommit {
  return { hash, subject, at, branch, evidence: 'seen', inRepository, entryId }
}

type WorkDone = AtWork & { seen: CommitSeen[] }

/** What tells a session's commits: when it was at work, by its transcripts, which hashes it showed, what it changed. */
async function workOf({ store }: OperationContext, session: Session): Promise<WorkDone> {
  const sessionId = session.id
  const transcripts = await store.transcripts.list({ sessionId })
  // Calls on a session's behalf move its last activity; what its agent did is in the transcripts.
  const starts = transcripts.flatMap(({ startedAt }) => startedAt ?? []).toSorted()
  const ends = transcripts.flatMap(({ lastActivityAt }) => lastActivityAt ?? []).toSorted()
  const seen: CommitSeen[] = []
  for await (const commit of everyItem((page) => store.files.commits({ sessionId }, page))) seen.push(commit)
  const files: string[] = []
  for await (const { path } of everyItem((page) => store.files.list({ sessionId }, page))) files.push(path)
  return {
    sessionId,
    from: starts[0] ?? session.startedAt,
    to: ends.at(-1) ?? session.endedAt ?? session.lastActivityAt,
    hashes: seen.map(({ hash }) => hash),
    files,
    seen,
  }
}

/** Sessions of the project that were at work at the same time. */
async function neighbours(context: OperationContext, session: Session, own: AtWork): Promise<AtWork[]> {
  const { projectId } = session
  if (projectId === null) return []
  const found: AtWork[] = []
  const until = new Date(Date.parse(own.to) + 1000).toISOString()
  const sessions = everyItem((page) => context.store.sessions.list({ projectId, to: until }, { ...page, sort: 'last' }))
  for await (const other of sessions) {
    if (other.lastActivityAt < own.from || found.length === MOST_NEIGHBOURS) break
    if (other.id !== session.id) found.push(await workOf(context, other))
  }
  return found
}
