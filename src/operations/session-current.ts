import * as z from 'zod/mini'
import { AppError } from '../domain/errors.ts'
import { text } from './fields.ts'
import { name, oneProject } from './filter.ts'
import { defineOperation } from './operation.ts'
import { type SessionView, sessionView } from './session-view.ts'
import { findSession } from './which-session.ts'

export interface CurrentSession {
  /** Null where none is live. */
  session: SessionView | null
  /** How it was told, or why none was. */
  why: string
}

const MOST_NAMED = 10

export const currentSession = defineOperation({
  name: 'session.current',
  summary: 'Tell which session the caller is in.',
  input: z.object({ project: z.optional(text('only this project: name, path or origin')) }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  mcp: async () => (await import('./compat/session-tools.ts')).getCurrentSession,
  /** The caller's own session first; else, as nothing is done to it, the only one of the project that is being worked in. */
  async handle(context, { project }): Promise<CurrentSession> {
    const { store, clock } = context
    const projectId = project === undefined ? undefined : (await oneProject(context, project)).id
    const own = await findSession(context)
    if (own && (projectId === undefined || own.session.projectId === projectId))
      return { session: sessionView(own.session), why: own.why }
    const { items } = await store.sessions.list({ projectId, status: 'active' }, { limit: 50, sort: 'last' })
    const live = items.filter(({ lastActivityAt }) => clock.now() - Date.parse(lastActivityAt) <= store.idleMs)
    const [first] = live
    if (!first) return { session: null, why: `no session had activity in the last ${store.idleMs / 60_000} minutes` }
    if (live.length === 1) return { session: sessionView(first), why: 'the only live session' }
    throw new AppError('conflict', `${live.length} sessions are live, and nothing says which one you are in`, {
      details: live.slice(0, MOST_NAMED).map((session) => `${name(session)}  ${session.title ?? 'no title'}`),
      hint: `daybook session show ${name(first)}`,
    })
  },
})
