import * as z from 'zod/mini'
import type { Page } from '../stores/store.ts'
import { choice, flag, offset, pageFields, text } from './fields.ts'
import { defineOperation } from './operation.ts'
import { narrowSessions, savedFilterName, sessionFields, withSavedFilter } from './session-filter.ts'
import { type SessionView, sessionView } from './session-view.ts'

export const listSessions = defineOperation({
  name: 'session.list',
  summary: 'List sessions, the last active first.',
  input: z.object({
    ...sessionFields,
    text: z.optional(text('only sessions with this in title, ref, key or id')),
    archived: flag('also sessions that were put away'),
    filter: savedFilterName,
    sort: z._default(choice(['last', 'started', 'cost'], 'newest activity, newest start or dearest first'), 'last'),
    ...pageFields(20),
    offset,
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  mcp: async () => (await import('./compat/session-tools.ts')).listSessionsTool,
  cli: {
    examples: [
      { command: 'daybook session list', says: 'the newest 20' },
      { command: 'daybook session list --since 7d --sort cost', says: 'the dearest of the last 7 days' },
      { command: 'daybook session list --text tide', says: 'those with "tide" in the title' },
    ],
    seeAlso: ['session show', 'session messages', 'filter save', 'usage session'],
  },
  async handle(context, input): Promise<Page<SessionView>> {
    const { sort, limit, cursor, offset: skipped, ...words } = await withSavedFilter(context, input)
    const filter = await narrowSessions(context, words)
    const page = await context.store.sessions.list(filter, { limit, cursor, offset: skipped, sort })
    return { ...page, items: page.items.map(sessionView) }
  },
})
