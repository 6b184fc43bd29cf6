import * as z from 'zod/mini'
import { AppError, isAppError } from '../domain/errors.ts'
import type { Session } from '../domain/session.ts'
import { addUsage, emptyUsage } from '../domain/usage.ts'
import { flag, sessionWord, text } from './fields.ts'
import { name, oneProject, oneSession } from './filter.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { everyItem } from './page.ts'
import { type SessionName, sessionName } from './session-view.ts'
import { type UsageView, usageView } from './usage-view.ts'

export interface Deletion {
  /** False for a rehearsal: nothing was changed. */
  deleted: boolean
  items: SessionName[]
  total: number
  nextCursor: null
  /** By what totals fall. In a rehearsal the most they can: records that a fork shares pass to it. */
  usage: UsageView
  /** Null in a rehearsal. */
  entries: number | null
  transcripts: number | null
  /** True once a session cannot come back with a scan. */
  tombstones: boolean
}

export const deleteSessions = defineOperation({
  name: 'session.delete',
  summary: 'Delete sessions with their content, archive and usage, for good.',
  input: z.object({
    sessions: z._default(z.array(sessionWord), []).check(z.describe('sessions to delete')),
    project: z.optional(text('all sessions of this project')),
    agent: z.optional(text('all sessions of this agent')),
    reason: z.optional(text('why, kept in the activity log')),
    rehearse: flag('say what would go and by how much totals would fall, change nothing'),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'destroy',
  cli: {
    args: ['sessions...'],
    examples: [
      { command: 'daybook session delete 1 --rehearse', says: 'what would go' },
      { command: 'daybook session delete 1 --yes', says: 'gone, and the next scan leaves it out' },
    ],
    seeAlso: ['project ignore', 'session list', 'activity list'],
  },
  mcp: async () => (await import('./compat/keeping-tools.ts')).deleteSessionTool,
  async handle(context, input): Promise<Deletion> {
    return deleteAll(context, await chosen(context, input), input)
  },
})

/** Deletes these sessions, or says what that would do. */
export async function deleteAll(
  context: OperationContext,
  sessions: readonly Session[],
  { rehearse, reason }: { rehearse: boolean; reason?: string },
): Promise<Deletion> {
  const usage = emptyUsage()
  const result = { items: sessions.map(sessionName), total: sessions.length, nextCursor: null }
  if (rehearse) {
    for (const session of sessions) addUsage(usage, session.usage)
    return { deleted: false, ...result, usage: usageView(usage), entries: null, transcripts: null, tombstones: false }
  }
  let entries = 0
  let transcripts = 0
  for (const session of sessions) {
    const gone = await deleteOne(context, session, reason)
    addUsage(usage, gone.usage)
    entries += gone.entries
    transcripts += gone.transcripts
  }
  await dropFromIndex(context)
  return { deleted: true, ...result, usage: usageView(usage), entries, transcripts, tombstones: true }
}

type Chosen = { sessions: string[]; project?: string; agent?: string }

async function chosen(context: OperationContext, { sessions: words, project, agent }: Chosen): Promise<Session[]> {
  const byFilter = project !== undefined || agent !== undefined
  if (words.length > 0 === byFilter) {
    throw new AppError('invalid', byFilter ? 'sessions and a filter were both given' : 'no session is named', {
      details: ['name sessions, or give --project or --agent'],
      hint: 'daybook session list',
    })
  }
  const sessions = new Map<string, Session>()
  for (const word of words) {
    const session = await oneSession(context, word)
    sessions.set(session.id, session)
  }
  if (byFilter) {
    const projectId = project === undefined ? undefined : (await oneProject(context, project)).id
    const all = everyItem((page) => context.store.sessions.list({ projectId, agent, includePruned: true }, page))
    for await (const session of all) sessions.set(session.id, session)
  }
  return [...sessions.values()]
}

/** Words of what was deleted go at once. Killed before that, the next scan does it. */
async function dropFromIndex({ store }: OperationContext): Promise<void> {
  await store.search.tidy().catch((error: unknown) => {
    if (!isAppError(error) || error.code !== 'unsupported') throw error
  })
}

/** One transaction a session: stopped half-way, what went is gone whole and the rest is there whole. */
function deleteOne({ store, actor, clock }: OperationContext, session: Session, reason: string | undefined) {
  return store.transaction(async (tx) => {
    const gone = await tx.sessions.delete(session.id, actor, reason)
    await tx.activities.append({
      // The session's own chain ends with it: this line stays in the install's.
      sessionId: null,
      at: new Date(clock.now()).toISOString(),
      actor,
      action: 'session.deleted',
      target: session.id,
      payload: {
        session: name(session),
        agent: session.agent,
        externalId: session.externalId,
        reason: reason ?? null,
        entries: gone.entries,
        transcripts: gone.transcripts,
        usage: { ...gone.usage },
      },
    })
    return gone
  })
}
