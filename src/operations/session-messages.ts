import * as z from 'zod/mini'
import { ENTRY_TYPES, type Entry, ROLES } from '../domain/entry.ts'
import type { Page } from '../stores/page.ts'
import { choice, flag, offset, pageFields, sessionWord, text } from './fields.ts'
import { oneSession } from './filter.ts'
import { defineOperation } from './operation.ts'
import { type SessionName, sessionName } from './session-view.ts'

export const sessionMessages = defineOperation({
  name: 'session.messages',
  summary: 'Read what was said and done in a session, in order.',
  input: z.object({
    session: sessionWord,
    role: z.optional(z.array(choice(ROLES, 'only these speakers'))),
    type: z.optional(z.array(choice(ENTRY_TYPES, 'only these kinds of entry'))),
    tool: z.optional(text('only calls of this tool')),
    failed: flag('only calls and results that failed'),
    newest: flag('the newest first'),
    own: flag('without entries inherited from the session it was forked from'),
    subagents: flag('with what subagents said and did'),
    meta: flag('with text that nobody typed: command wrappers, caveats, injected context'),
    ...pageFields(50),
    offset,
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  mcp: async () => (await import('./compat/message-tools.ts')).getSessionMessages,
  cli: {
    args: ['session'],
    examples: [
      { command: 'daybook session messages 1', says: 'from the beginning' },
      { command: 'daybook session messages 1 --role user', says: 'only what a person typed' },
      { command: 'daybook session messages 1 --newest --limit 10', says: 'how it ended' },
    ],
    seeAlso: ['session show', 'search'],
  },
  async handle(context, input): Promise<Page<Entry> & { session: SessionName }> {
    const session = await oneSession(context, input.session)
    const page = await context.history.entries(
      {
        sessionId: session.id,
        roles: input.role,
        types: input.type,
        tool: input.tool,
        failedOnly: input.failed,
        includeInherited: !input.own,
        includeSidechain: input.subagents,
        includeInjected: input.meta,
        includeMeta: input.meta,
      },
      { limit: input.limit, cursor: input.cursor, offset: input.offset, descending: input.newest },
    )
    return { session: sessionName(session), ...page }
  },
})
