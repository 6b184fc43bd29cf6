import * as z from 'zod/mini'
import type { Activity } from '../domain/activity.ts'
import { isOpen } from '../domain/session.ts'
import { activeMs } from '../domain/slice.ts'
import { sessionWord } from './fields.ts'
import { defineOperation } from './operation.ts'
import { type Standing, lastActivities, standingOf } from './standing.ts'
import { findSession } from './which-session.ts'

export interface Status {
  /** Null where the caller is in no session. */
  standing: Standing | null
  why: string
  /** From start to end (a person’s open session: to now; an agent’s: to its last record), and of that at work. */
  wallMs: number
  activeMs: number
  /** Newest first. */
  activities: Activity[]
}

export const sessionStatus = defineOperation({
  name: 'session.status',
  summary: 'Show the session you are in: what it works on, how long, what was done last.',
  input: z.object({
    session: z.optional(sessionWord),
    limit: z._default(z.int().check(z.gte(0), z.lte(20)), 5).check(z.describe('activities to show, up to 20')),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    path: ['status'],
    examples: [{ command: 'daybook status', says: 'the session you are in' }],
    seeAlso: ['info', 'context show', 'session show'],
  },
  mcp: async () => (await import('./compat/work-session-tools.ts')).sessionStatusTool,
  async handle(context, input): Promise<Status> {
    const found = await findSession(context, input.session)
    if (found === undefined)
      return { standing: null, why: 'no session is here', wallMs: 0, activeMs: 0, activities: [] }
    const { why } = found
    const { store, clock } = context
    const { session } = found
    // Asking keeps a session alive whose clock is short; how long others were silent is left to be told.
    if (session.implicit && isOpen(session)) await store.sessions.touch(session.id, clock.now())
    const parts = await store.work.parts({ sessionId: session.id })
    return {
      standing: await standingOf(context, session, why),
      why,
      wallMs: session.wallMs,
      activeMs: activeMs(parts.flatMap((part) => part.active)),
      activities: input.limit === 0 ? [] : await lastActivities(context, session.id, input.limit),
    }
  },
})
