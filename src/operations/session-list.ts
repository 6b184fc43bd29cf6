import * as z from 'zod/mini'
import type { Page } from '../stores/page.ts'
import { choice, flag, offset, pageFields, text } from './fields.ts'
import { findTicket } from './find-ticket.ts'
import { defineOperation } from './operation.ts'
import { narrowSessions, savedFilterName, sessionFields, withSavedFilter } from './session-filter.ts'
import { type SessionView, sessionView } from './session-view.ts'

export const listSessions = defineOperation({
  name: 'session.list',
  summary: 'List sessions, the last active first.',
  input: z.object({
    ...sessionFields,
    text: z.optional(text('only sessions with this in title, ref, key or id')),
    ticket: z.optional(text('only sessions that had to do with this ticket, by ref')),
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
      { command: 'daybook session list --ticket T-4', says: 'those that had to do with a ticket' },
      { command: 'daybook session list --text tide', says: 'those with "tide" in the title' },
    ],
    seeAlso: ['session show', 'session messages', 'filter save', 'usage session'],
  },
  async handle(context, input): Promise<Page<SessionView>> {
    const { sort, limit, cursor, offset: skipped, ticket, ...words } = await withSavedFilter(context, input)
    const filter = await narrowSessions(context, words)
    if (ticket !== undefined) filter.ticketId = (await findTicket(context.store, ticket)).id
    const page = await context.store.sessions.list(filter, { limit, cursor, offset: skipped, sort })
    return { ...page, items: page.items.map(sessionView) }
  },
})
