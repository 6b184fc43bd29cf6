import * as z from 'zod/mini'
import type { SessionStats } from '../stores/session-store.ts'
import { filterFields, sessionWord } from './fields.ts'
import { narrow, oneSession } from './filter.ts'
import { defineOperation } from './operation.ts'
import { type SessionView, sessionView } from './session-view.ts'
import { type UsageView, usageView } from './usage-view.ts'

export interface SessionStatistics extends SessionStats {
  usage: UsageView
  /** The session that was named, with the tools it used in the order of their first use; null for a count of many. */
  session: (SessionView & { toolsUsed: string[] }) | null
}

export const sessionStats = defineOperation({
  name: 'session.stats',
  summary: 'Count sessions by status, agent and project, with what they used.',
  input: z.object({ session: z.optional(sessionWord), ...filterFields }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  mcp: async () => {
    const { sessionStatsTool, getSessionStatistics } = await import('./compat/session-tools.ts')
    return [sessionStatsTool, getSessionStatistics]
  },
  cli: {
    args: ['session'],
    examples: [
      { command: 'daybook session stats', says: 'everything there is' },
      { command: 'daybook session stats 1', says: 'of one session' },
      { command: 'daybook session stats --since 7d', says: 'sessions started in the last 7 days' },
    ],
    seeAlso: ['session list', 'usage total'],
  },
  async handle(context, { session: word, ...input }): Promise<SessionStatistics> {
    const { store } = context
    const session = word === undefined ? undefined : await oneSession(context, word)
    const filter = { ...(await narrow(context, input)), sessionId: session?.id }
    const [stats, usage] = await Promise.all([store.sessions.stats(filter), store.usage.total(filter)])
    const toolsUsed = session ? await store.invocations.toolsUsed({ sessionId: session.id }) : []
    return { ...stats, usage: usageView(usage), session: session ? { ...sessionView(session), toolsUsed } : null }
  },
})
