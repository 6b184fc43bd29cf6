import * as z from 'zod/mini'
import { randomUUID } from 'node:crypto'
import type { KeptMessage } from '../domain/kept-record.ts'
import { KEPT_ROLES } from '../domain/session.ts'
import { choice, sessionWord, text } from './fields.ts'
import { oneSession } from './filter.ts'
import { takingSession } from './kept-session.ts'
import { defineOperation } from './operation.ts'
import { record } from './record.ts'
import { LONGEST, saidOnOneLine, verbatim } from './said.ts'
import { type SessionView, sessionView } from './session-view.ts'

export interface MessageKept {
  session: SessionView
  /** As it was kept: without secrets. `id` is the entry's. */
  message: KeptMessage
}

export const addMessage = defineOperation({
  name: 'session.message',
  summary: 'Add a message to a session: what a user, an assistant or a tool said.',
  input: z.object({
    session: sessionWord,
    content: text('what was said, 1,000,000 characters at most'),
    role: z._default(choice(KEPT_ROLES, 'who said it'), 'user'),
    toolName: z.optional(text('the tool that said it')),
    invocation: z.optional(text('your own id of the call it belongs to')),
  }),
  errors: ['not_found', 'conflict', 'too_large'],
  effect: 'write',
  cli: {
    args: ['session', 'content'],
    examples: [
      { command: 'daybook session message nightly-1 "Fetch the tide tables"', says: 'by a user' },
      { command: 'daybook session message nightly-1 "412 rows" --role tool --tool-name fetch', says: 'by a tool' },
    ],
    seeAlso: ['session create', 'session link', 'session messages'],
  },
  mcp: async () => (await import('./compat/keeping-tools.ts')).addConversationMessage,
  async handle(context, { role, toolName, invocation, ...input }): Promise<MessageKept> {
    const { store, clock } = context
    const { id } = await oneSession(context, input.session)
    const content = await verbatim(context, 'the message', input.content, LONGEST.content)
    const kept: KeptMessage = {
      type: 'message',
      id: randomUUID(),
      at: new Date(clock.now()).toISOString(),
      role,
      content,
      ...(toolName !== undefined && { toolName: await saidOnOneLine(context, 'the tool', toolName, LONGEST.name) }),
      ...(invocation !== undefined && {
        invocationId: await saidOnOneLine(context, 'the invocation', invocation, LONGEST.name),
      }),
    }
    const keep = await context.keeper()
    return store.transaction(async (tx) => {
      await takingSession(tx, context, id, 'it takes no message')
      const [entry = kept.id] = await keep(tx, id, [kept])
      const message = { ...kept, id: entry }
      await record(tx, context, id, 'message.added', { entry: message.id, role })
      return { session: sessionView(await tx.sessions.get(id)), message }
    })
  },
})
