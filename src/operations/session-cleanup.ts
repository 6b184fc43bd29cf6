import * as z from 'zod/mini'
import { KEPT_AGENT, isOpen } from '../domain/session.ts'
import type { Session } from '../domain/session.ts'
import { flag, text } from './fields.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { everyItem } from './page.ts'
import { type Deletion, deleteAll } from './delete-sessions.ts'
import { momentBefore } from './selection.ts'

const USUAL_DAYS = 30

export const cleanUpSessions = defineOperation({
  name: 'session.cleanup',
  summary: 'Delete sessions kept by programs that ended long ago, for good.',
  input: z.object({
    olderThan: z.optional(
      text('ended, and kept here, for longer than this: 30d, 12h, 4w; SESSION_RETENTION_DAYS, else 30d'),
    ),
    force: flag('also those that are open or have a star, by their last activity'),
    rehearse: flag('say what would go and by how much totals would fall, change nothing'),
  }),
  errors: [],
  effect: 'destroy',
  cli: {
    examples: [
      { command: 'daybook session cleanup --rehearse', says: 'what would go' },
      { command: 'daybook session cleanup --older-than 90d --yes', says: 'gone for good' },
    ],
    seeAlso: ['session delete', 'session complete', 'session list'],
  },
  mcp: async () => (await import('./compat/keeping-tools.ts')).cleanUpTool,
  async handle(context, { olderThan, force, rehearse }): Promise<Deletion> {
    const oldBefore = momentBefore(context, olderThan ?? `${context.retentionDays ?? USUAL_DAYS}d`)
    return deleteAll(context, await oldSessions(context, oldBefore, force), { rehearse, reason: 'old' })
  },
})

async function oldSessions({ store }: OperationContext, oldBefore: string, force: boolean): Promise<Session[]> {
  const filter = { agent: KEPT_AGENT, oldBefore }
  const sessions: Session[] = []
  for await (const session of everyItem((page) => store.sessions.list(filter, page)))
    if (force || (!isOpen(session) && session.starredAt === null)) sessions.push(session)
  return sessions
}
