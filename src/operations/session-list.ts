import * as z from 'zod/mini'
import type { Session } from '../domain/session.ts'
import type { Page } from '../stores/page.ts'
import { choice, flag, offset, pageFields, text } from './fields.ts'
import { oneSession } from './filter.ts'
import { findTicket } from './find-ticket.ts'
import { defineOperation } from './operation.ts'
import { narrowSessions, savedFilterName, sessionFields, withSavedFilter } from './session-filter.ts'
import { type SessionName, type SessionView, sessionName, sessionView } from './session-view.ts'

/** A session of a list, with the one it came from. */
export type ListedSession = SessionView & { parent: SessionName | null }

export const listSessions = defineOperation({
  name: 'session.list',
  summary: 'List sessions, the last active first.',
  input: z.object({
    ...sessionFields,
    text: z.optional(text('only sessions with this in title, ref, key or id')),
    ticket: z.optional(text('only sessions that had to do with this ticket, by ref')),
    parent: z.optional(text('only sessions that came from this one')),
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
  async handle(context, input): Promise<Page<ListedSession>> {
    const { sort, limit, cursor, offset: skipped, ticket, parent, ...words } = await withSavedFilter(context, input)
    const filter = await narrowSessions(context, words)
    if (ticket !== undefined) filter.ticketId = (await findTicket(context.store, ticket)).id
    if (parent !== undefined) filter.parentId = (await oneSession(context, parent)).id
    const page = await context.store.sessions.list(filter, { limit, cursor, offset: skipped, sort })
    const parents = await context.store.sessions.named([
      ...new Set(page.items.flatMap(({ parentId }) => parentId ?? [])),
    ])
    const parentOf = ({ parentId }: Session): SessionName | null => {
      const parent = parentId === null ? undefined : parents.get(parentId)
      return parent ? sessionName(parent) : null
    }
    return { ...page, items: page.items.map((session) => ({ ...sessionView(session), parent: parentOf(session) })) }
  },
})
