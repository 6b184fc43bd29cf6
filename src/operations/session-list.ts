import * as z from 'zod/mini'
import { SESSION_STATUSES } from '../domain/session.ts'
import type { Page } from '../stores/store.ts'
import { choice, filterFields, offset, pageFields, text } from './fields.ts'
import { narrow } from './filter.ts'
import { defineOperation } from './operation.ts'
import { type SessionView, sessionView } from './session-view.ts'

export const listSessions = defineOperation({
  name: 'session.list',
  summary: 'List sessions, the last active first.',
  input: z.object({
    ...filterFields,
    status: z.optional(choice(SESSION_STATUSES, 'only sessions that stand so')),
    text: z.optional(text('only sessions with this in title, ref, key or id')),
    branch: z.optional(text('only sessions on this git branch')),
    sort: z._default(choice(['last', 'started', 'cost'], 'newest activity, newest start or dearest first'), 'last'),
    ...pageFields(20),
    offset,
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    examples: [
      { command: 'daybook session list', says: 'the newest 20' },
      { command: 'daybook session list --since 7d --sort cost', says: 'the dearest of the last 7 days' },
      { command: 'daybook session list --text tide', says: 'those with "tide" in the title' },
    ],
    seeAlso: ['session show', 'session messages', 'usage session'],
  },
  async handle(
    context,
    { status, text, branch, sort, limit, cursor, offset: skipped, ...words },
  ): Promise<Page<SessionView>> {
    const filter = { ...(await narrow(context, words)), status, text, branch }
    const page = await context.store.sessions.list(filter, { limit, cursor, offset: skipped, sort })
    return { ...page, items: page.items.map(sessionView) }
  },
})
