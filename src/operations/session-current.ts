import * as z from 'zod/mini'
import { AppError } from '../domain/errors.ts'
import type { Session } from '../domain/session.ts'
import { text } from './fields.ts'
import { name, oneProject, oneSession } from './filter.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { type SessionView, sessionView } from './session-view.ts'

export interface CurrentSession {
  /** Null where none is live. */
  session: SessionView | null
  /** How it was told, or why none was. */
  why: string
}

/** So long without a line, and an open session is not live: somebody may have walked away from it. */
const LIVE_MS = 30 * 60_000

const MOST_NAMED = 10

export const currentSession = defineOperation({
  name: 'session.current',
  summary: 'Tell which session the caller is in.',
  input: z.object({ project: z.optional(text('only this project: name, path or origin')) }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  mcp: async () => (await import('./compat/session-tools.ts')).getCurrentSession,
  async handle(context, { project }): Promise<CurrentSession> {
    const named = await namedByCaller(context)
    if (named) return named
    const projectId = project === undefined ? undefined : (await oneProject(context, project)).id
    const live = await liveSessions(context, projectId)
    const [first] = live
    if (!first) return { session: null, why: 'no session had activity in the last 30 minutes' }
    if (live.length === 1) return { session: sessionView(first), why: 'the only live session' }
    throw new AppError('conflict', `${live.length} sessions are live, and nothing says which one you are in`, {
      details: live.slice(0, MOST_NAMED).map((session) => `${name(session)}  ${session.title ?? 'no title'}`),
      hint: `daybook session show ${name(first)}`,
    })
  },
})

async function namedByCaller(context: OperationContext): Promise<CurrentSession | undefined> {
  const { session, agentSession } = context.caller
  if (session !== null) return { session: sessionView(await oneSession(context, session)), why: `named: ${session}` }
  if (agentSession === null) return undefined
  const found = await context.store.sessions.resolve(agentSession.externalId)
  const own = found.find(
    ({ agent, externalId }) => agent === agentSession.agent && externalId === agentSession.externalId,
  )
  return own && { session: sessionView(own), why: `${agentSession.agent} says it is ${agentSession.externalId}` }
}

async function liveSessions({ store, clock }: OperationContext, projectId?: string): Promise<Session[]> {
  const { items } = await store.sessions.list({ projectId, status: 'active' }, { limit: 50, sort: 'last' })
  return items.filter(({ lastActivityAt }) => clock.now() - Date.parse(lastActivityAt) <= LIVE_MS)
}
