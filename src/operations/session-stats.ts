import * as z from 'zod/mini'
import type { SessionStats } from '../stores/store.ts'
import { filterFields } from './fields.ts'
import { narrow } from './filter.ts'
import { defineOperation } from './operation.ts'
import { type UsageView, usageView } from './usage-view.ts'

export const sessionStats = defineOperation({
  name: 'session.stats',
  summary: 'Count sessions by status, agent and project, with what they used.',
  input: z.object(filterFields),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    examples: [
      { command: 'daybook session stats', says: 'everything there is' },
      { command: 'daybook session stats --since 7d', says: 'sessions started in the last 7 days' },
    ],
    seeAlso: ['session list', 'usage total'],
  },
  async handle(context, input): Promise<SessionStats & { usage: UsageView }> {
    const filter = await narrow(context, input)
    const [stats, usage] = await Promise.all([context.store.sessions.stats(filter), context.store.usage.total(filter)])
    return { ...stats, usage: usageView(usage) }
  },
})
