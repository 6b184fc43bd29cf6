import * as z from 'zod/mini'
import { PERSON, SESSION_ENDS } from '../domain/session.ts'
import { choice, sessionWord, text } from './fields.ts'
import { oneSession } from './filter.ts'
import { takingSession } from './kept-session.ts'
import { defineOperation } from './operation.ts'
import { record } from './record.ts'
import { LONGEST, said } from './said.ts'
import { type SessionView, sessionView } from './session-view.ts'

export const completeSession = defineOperation({
  name: 'session.complete',
  summary: 'Complete a session: as done, failed or abandoned.',
  input: z.object({
    session: sessionWord,
    status: z._default(choice(SESSION_ENDS, 'how it ended'), 'completed'),
    summary: z.optional(text('what was done, for whoever reads it next')),
  }),
  errors: ['not_found', 'conflict', 'too_large'],
  effect: 'write',
  cli: {
    args: ['session'],
    examples: [
      {
        command: 'daybook session complete nightly-1 --status failed',
        says: 'it takes nothing more until it is resumed',
      },
    ],
    seeAlso: ['end', 'resume', 'session show'],
  },
  mcp: async () => (await import('./compat/keeping-tools.ts')).completeSessionTool,
  async handle(context, input): Promise<SessionView> {
    const { store, clock } = context
    const session = await oneSession(context, input.session)
    const summary = input.summary && (await said(context, 'the summary', input.summary, LONGEST.description))
    return store.transaction(async (tx) => {
      const { id, agent } = await takingSession(tx, context, session.id, 'it cannot end again')
      const endedAt = new Date(clock.now()).toISOString()
      const { status } = input
      await tx.sessions.update(id, { status, endedAt, ...(summary !== undefined && { summaryMarkdown: summary }) })
      await tx.tickets.release(id)
      if (agent === PERSON) await tx.contexts.personStop(id, clock.now(), store.idleMs)
      await record(tx, context, id, 'session.ended', { status, summary: summary ?? null })
      return sessionView(await tx.sessions.get(id))
    })
  },
})
