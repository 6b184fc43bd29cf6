import { unresolvedFailures } from '../domain/failure.ts'
import { handoffMarkdown } from '../domain/handoff-markdown.ts'
import { NOTHING_GIVEN } from '../domain/handoff-record.ts'
import type { Session } from '../domain/session.ts'
import { isDirty, relativeTo } from '../domain/work-tree.ts'
import { name } from './filter.ts'
import { callsOf, planOf, workTreeOf } from './handoff-gather.ts'
import type { OperationContext } from './operation.ts'

const TOKENS = 1000
/** The agent waits: where git takes longer, files are told without whether they are dirty. */
const TREE_MS = 120
const MOST_FILES = 200
const MOST_INTERVALS = 200

/**
 * What a compaction takes from an agent and its summary tells badly: the plan as it stood, what failed and was not fixed, files
 * changed; of the time in which the session was on its current ticket. Empty where nothing of it is recorded.
 */
export async function lostContext(context: OperationContext, session: Session): Promise<string> {
  const { store } = context
  const since = await onTicketSince(context, session)
  const [plan, calls, files, tree] = await Promise.all([
    planOf(context, session),
    callsOf(context, session),
    store.files.list({ sessionId: session.id }, { limit: MOST_FILES }),
    inTime(workTreeOf(context, session), TREE_MS),
  ])
  const root = tree?.tree?.root ?? session.cwd ?? undefined
  const changed = files.items
    .filter(({ lastAt }) => lastAt >= since)
    .map(({ path }) => ({
      path: (root === undefined ? undefined : relativeTo(root, path)) ?? path,
      dirty: tree?.tree === undefined ? null : isDirty(tree.tree, path),
    }))
  const record = {
    ticket: null,
    worktree: null,
    plan,
    commits: [],
    uncommitted: [],
    files: changed.filter(({ dirty }) => dirty !== false),
    goal: null,
    failures: unresolvedFailures(calls.commands, session.cwd).filter(({ at }) => at >= since),
    decisions: [],
    activity: [],
    notes: [],
    gitProblem: null,
  }
  return handoffMarkdown(record, NOTHING_GIVEN, name(session), TOKENS).markdown
}

/** From when on the current ticket was what the session is on, ISO; from its beginning where there is none. */
async function onTicketSince({ store }: OperationContext, { id, stack }: Session): Promise<string> {
  const current = stack.at(-1)?.ticketId
  if (current === undefined) return ''
  const { items } = await store.contexts.history({ sessionId: id }, { limit: MOST_INTERVALS })
  const on = items.filter((interval) => interval.stack.some(({ ticketId }) => ticketId === current))
  return on.at(-1)?.fromAt ?? ''
}

async function inTime<T>(work: Promise<T>, longestMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), longestMs)))
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
