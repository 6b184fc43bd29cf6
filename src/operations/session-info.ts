import * as z from 'zod/mini'
import { sessionWord } from './fields.ts'
import { enterSession, expiresAt } from './open-session.ts'
import { defineOperation } from './operation.ts'
import { type Standing, standingOf } from './standing.ts'
import { putAwayWords } from './attach.ts'

export interface SessionInfo extends Standing {
  sessionTimeoutMinutes: number
  /** When it is put away if nothing comes; null for a session that was started on purpose. */
  expiresAt: string | null
  warnings: string[]
}

export const sessionInfo = defineOperation({
  name: 'session.info',
  summary: 'Tell which session this is; the first call makes one.',
  input: z.object({ session: z.optional(sessionWord) }),
  errors: ['not_found', 'conflict'],
  effect: 'write',
  cli: {
    path: ['info'],
    examples: [{ command: 'daybook info', says: 'id, ticket and when it expires' }],
    seeAlso: ['status', 'attach'],
  },
  mcp: async () => (await import('./compat/work-session-tools.ts')).getSessionInfo,
  async handle(context, { session: word }): Promise<SessionInfo> {
    const { session, why, warnings, putAway } = await enterSession(context, word)
    return {
      ...(await standingOf(context, session, why)),
      sessionTimeoutMinutes: context.store.idleMs / 60_000,
      expiresAt: expiresAt(session, context.store.idleMs),
      warnings: [...warnings, ...putAwayWords(putAway)],
    }
  },
})
