import * as z from 'zod/mini'
import { leaveTicket } from '../domain/context.ts'
import { AppError } from '../domain/errors.ts'
import { formatDuration } from '../domain/format.ts'
import { activeMs } from '../domain/slice.ts'
import type { Ticket } from '../domain/ticket.ts'
import { flag, sessionWord, text } from './fields.ts'
import { name } from './filter.ts'
import { checkOpen, moveContext } from './move-context.ts'
import { openTicketHint } from './open-ticket-hint.ts'
import { defineOperation } from './operation.ts'
import { record } from './record.ts'
import { LONGEST, said } from './said.ts'
import { pointAfter } from './session-pointers.ts'
import { type Changed, changedReply } from './standing.ts'
import { validate } from './validate.ts'
import { ownSession } from './which-session.ts'

export interface Deactivated extends Changed {
  ticket: Ticket
  /** Active time on it in this session. */
  sessionMs: number
  completed: boolean
  /** False when it was to be completed and something is missing: then nothing was changed. */
  valid: boolean
  errors: string[]
}

export const deactivateTask = defineOperation({
  name: 'task.deactivate',
  summary: 'Stop work on the current task, with a word on how it stands.',
  input: z.object({
    summary: z.optional(text('how it stands; kept as a note')),
    complete: flag('it is done: needs a summary and no open tickets below it'),
    session: z.optional(sessionWord),
  }),
  errors: ['not_found', 'conflict', 'too_large'],
  effect: 'write',
  cli: {
    examples: [
      { command: 'daybook task deactivate --summary "Reader falls back to the network"', says: 'the current task' },
    ],
    seeAlso: ['task activate', 'context show'],
  },
  mcp: async () => (await import('./compat/context-tools.ts')).taskDeactivate,
  async handle(context, input): Promise<Deactivated> {
    const { store, clock, actor } = context
    const { session, why } = await ownSession(context, input.session)
    checkOpen(session, 'no task can be deactivated')
    const frame = session.stack.findLast(({ kind }) => kind === 'task' || kind === 'subtask' || kind === 'ticket')
    if (!frame) {
      throw new AppError('conflict', `no task is active in ${name(session)}; nothing was stored`, {
        hint: await openTicketHint(store, 'task activate'),
      })
    }
    const before = await store.tickets.get(frame.ticketId)
    const summary = input.summary && (await said(context, 'the summary', input.summary, LONGEST.note))
    const errors = input.complete
      ? (await validate(context, before, { summary })).errors.map(({ message }) => message)
      : []
    const at = new Date(clock.now()).toISOString()
    if (errors.length === 0) {
      await store.transaction(async (tx) => {
        if (summary !== undefined) {
          await tx.tickets.addNote({
            ticketId: before.id,
            sessionId: session.id,
            kind: 'note',
            text: summary,
            at,
            by: actor,
          })
          await record(tx, context, session.id, 'ticket.noted', { ticket: before.ref, note: summary })
        }
        if (input.complete) {
          await tx.tickets.update(before.id, {
            status: 'done',
            delegation: 'completed',
            closedAt: at,
            closedBy: actor,
            ...(summary !== undefined && { summary }),
          })
          await tx.tickets.link({ sessionId: session.id, ticketId: before.id, action: 'closed', at, by: actor })
          await record(tx, context, session.id, 'ticket.done', { ticket: before.ref, from: before.status })
        }
        await moveContext(tx, context, session.id, [], (now) => leaveTicket(now, before.id))
      })
    }
    const parts = await store.work.parts({ sessionId: session.id, ticketIds: [before.id] })
    const sessionMs = activeMs(parts.flatMap((part) => part.active))
    const did = errors.length > 0 ? 'cannot be completed yet' : input.complete ? 'is done' : 'is off the stack'
    const reply = await changedReply(
      context,
      errors.length > 0 ? 'invalid' : 'deactivate',
      { sessionId: session.id, why },
      { message: `${before.ref} ${did}, ${formatDuration(sessionMs)} on it in this session` },
    )
    if (errors.length > 0) reply.instructions.requirements = errors
    await pointAfter(context, reply)
    const completed = input.complete && errors.length === 0
    return {
      ...reply,
      ticket: await store.tickets.get(before.id),
      sessionMs,
      completed,
      valid: errors.length === 0,
      errors,
    }
  },
})
