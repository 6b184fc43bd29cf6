import { callLine } from '../domain/call-line.ts'
import { decisionsIn } from '../domain/decision.ts'
import type { Entry, PlanItem } from '../domain/entry.ts'
import { isAppError } from '../domain/errors.ts'
import { unresolvedFailures } from '../domain/failure.ts'
import type { HandoffRecord } from '../domain/handoff-record.ts'
import type { Invocation } from '../domain/invocation.ts'
import type { Session } from '../domain/session.ts'
import { type WorkTree, isDirty, relativeTo, shortStatus } from '../domain/work-tree.ts'
import { commitsMade } from './commits-made.ts'
import type { OperationContext } from './operation.ts'
import { everyItem } from './page.ts'
import { repositoryOf } from './session-place.ts'

const NEWEST_CALLS = 10
const MOST_DECISIONS = 10
const MESSAGES_SEARCHED = 300
const PROMPTS_SEARCHED = 50
const MOST_NOTES = 50

/** Reads what the record, the ticket and the repository say of a session. Over all its turns; nothing is written. */
export async function gatherRecord(context: OperationContext, session: Session): Promise<HandoffRecord> {
  const { tree, problem } = await workTreeOf(context, session)
  const [ticket, plan, made, files, goal, calls, decisions, notes] = await Promise.all([
    ticketOf(context, session),
    planOf(context, session),
    commitsMade(context, session),
    filesOf(context, session),
    goalOf(context, session),
    callsOf(context, session),
    decisionsOf(context, session),
    notesOf(context, session),
  ])
  const commits = await Promise.all(
    made.commits.map(async ({ hash, subject, at, evidence }) => {
      return { hash, subject: await context.redact(subject), at, evidence }
    }),
  )
  const root = tree?.root ?? session.cwd ?? undefined
  return {
    ticket,
    worktree: worktreeFacts(session, tree),
    plan,
    commits,
    uncommitted: await Promise.all((tree?.changes ?? []).map((change) => context.redact(shortStatus(change)))),
    files: files.map((path) => ({
      path: (root === undefined ? undefined : relativeTo(root, path)) ?? path,
      dirty: tree === undefined ? null : isDirty(tree, path),
    })),
    goal,
    failures: unresolvedFailures(calls.commands, session.cwd),
    decisions,
    activity: calls.newest.toReversed().map(callLine),
    notes,
    gitProblem: problem ?? made.problem,
  }
}

export async function workTreeOf(
  context: OperationContext,
  session: Session,
): Promise<{ tree?: WorkTree; problem: string | null }> {
  const repository = await repositoryOf(context, session)
  if (!repository) return { problem: null }
  try {
    const { readWorkTree } = await import('../git/work-tree.ts')
    return { tree: await readWorkTree(repository, context.env.variables), problem: null }
  } catch (error) {
    if (!isAppError(error)) throw error
    return { problem: error.message }
  }
}

function worktreeFacts(session: Session, tree: WorkTree | undefined): HandoffRecord['worktree'] {
  if (tree) return { path: tree.root, branch: tree.branch, head: tree.head }
  return session.cwd === null ? null : { path: session.cwd, branch: session.gitBranch, head: null }
}

async function ticketOf({ store }: OperationContext, { stack }: Session): Promise<HandoffRecord['ticket']> {
  const deepest = stack.at(-1)
  if (!deepest) return null
  const { ref, title, kind, status } = await store.tickets.get(deepest.ticketId)
  return { ref, title, kind, status, above: stack.slice(0, -1).map((frame) => frame.ref) }
}

export async function planOf({ history }: OperationContext, { id }: Session): Promise<PlanItem[]> {
  const filter = { sessionId: id, types: ['plan' as const], includeInherited: true }
  const [last] = (await history.entries(filter, { limit: 1, descending: true, alone: true })).items
  return last?.content?.type === 'plan' ? last.content.items : []
}

export async function filesOf({ store }: OperationContext, { id }: Session): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of everyItem((page) => store.files.list({ sessionId: id }, page))) paths.push(path)
  return paths
}

/** The first that a person asked: no wrapper, no summary of a compaction, nothing that was put there. */
async function goalOf({ history }: OperationContext, { id }: Session): Promise<string | null> {
  const filter = { sessionId: id, types: ['message' as const], roles: ['user' as const], includeInherited: true }
  const { items } = await history.entries(filter, { limit: PROMPTS_SEARCHED, alone: true })
  const first = items.find(({ flags, content }) => !flags.includes('summary') && textOf(content).trim() !== '')
  return first ? textOf(first.content) : null
}

export async function callsOf(
  { store }: OperationContext,
  { id }: Session,
): Promise<{ commands: Invocation[]; newest: Invocation[] }> {
  const commands: Invocation[] = []
  let newest: Invocation[] = []
  for await (const call of everyItem((page) => store.invocations.list({ sessionId: id }, page))) {
    if (call.kind === 'command') commands.push(call)
    newest = [...newest, call].slice(-NEWEST_CALLS)
  }
  return { commands, newest }
}

async function decisionsOf({ history }: OperationContext, { id }: Session): Promise<string[]> {
  const filter = { sessionId: id, types: ['message' as const], roles: ['assistant' as const], includeInherited: true }
  const { items } = await history.entries(filter, { limit: MESSAGES_SEARCHED, descending: true, alone: true })
  const found = items.flatMap(({ content }) => decisionsIn(textOf(content)).toReversed())
  return [...new Set(found)].slice(0, MOST_DECISIONS)
}

async function notesOf({ store }: OperationContext, { id }: Session): Promise<string[]> {
  const onSession = await store.notes.list({ sessionId: id })
  const onTickets = (await store.tickets.notes({ sessionId: id }, { limit: MOST_NOTES })).items
  return [...onSession, ...onTickets].toSorted((a, b) => (a.at < b.at ? 1 : -1)).map(({ text }) => text)
}

function textOf(content: Entry['content']): string {
  return content?.type === 'message' ? content.text : ''
}
