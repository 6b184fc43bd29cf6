import * as z from 'zod/mini'
import { AppError } from '../domain/errors.ts'
import type { Instructions } from '../domain/instructions.ts'
import { boardInstructions } from '../domain/ticket-instructions.ts'
import type { Ticket } from '../domain/ticket.ts'
import type { Store } from '../stores/store.ts'
import { faceOf } from './caller.ts'
import { flag, sessionWord, text } from './fields.ts'
import { name } from './filter.ts'
import { findTicket } from './find-ticket.ts'
import { defineOperation } from './operation.ts'
import { everyItem } from './page.ts'
import { loggingSession, recordTicket } from './ticket-changes.ts'
import { type TicketName, ticketName } from './ticket-view.ts'

export interface DeletedTicket {
  /** False for a rehearsal: nothing was changed. */
  deleted: boolean
  ticket: TicketName
  notes: number
  /** Refs of what lay right below it: it lies below nothing now. */
  children: string[]
  message: string
  instructions: Instructions
}

export const deleteTicket = defineOperation({
  name: 'ticket.delete',
  summary: 'Delete a ticket that no work counts toward, with its notes and links.',
  input: z.object({
    ticket: text('the ticket, by ref'),
    rehearse: flag('say what would go, change nothing'),
    tracker: z.optional(text('the tracker it is in, where several have that ref')),
    session: z.optional(sessionWord),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'destroy',
  cli: {
    args: ['ticket'],
    examples: [{ command: 'daybook ticket delete T-1 --rehearse', says: 'what would go' }],
    seeAlso: ['ticket transition', 'ticket list'],
  },
  async handle(context, input): Promise<DeletedTicket> {
    const sessionId = await loggingSession(context, input.session)
    return context.store.transaction(async (tx) => {
      const ticket = await findTicket(tx, input.ticket, input.tracker)
      await checkUnused(tx, ticket)
      const notes = (await tx.tickets.notes({ ticketId: ticket.id }, { limit: 1 })).total
      const children = (await tx.tickets.list({ parentId: ticket.id }, { limit: 1000 })).items.map(({ ref }) => ref)
      if (!input.rehearse) {
        await tx.tickets.delete(ticket.id)
        await recordTicket(tx, context, sessionId, 'ticket.deleted', ticket, { notes, children })
      }
      const message = input.rehearse ? `${ticket.ref} can be deleted` : `${ticket.ref} is deleted`
      const instructions = boardInstructions(faceOf(context))
      return { deleted: !input.rehearse, ticket: ticketName(ticket), notes, children, message, instructions }
    })
  },
})

/** @throws AppError `conflict` when a session stands on it, or work counts toward it: its figures would lose their name */
async function checkUnused(tx: Store, ticket: Ticket): Promise<void> {
  const hint = `daybook ticket transition ${ticket.ref} cancelled`
  for (const status of ['active', 'paused'] as const) {
    for await (const session of everyItem((page) => tx.sessions.list({ status, worked: true }, page))) {
      if (!session.stack.some(({ ticketId }) => ticketId === ticket.id)) continue
      throw new AppError('conflict', `${ticket.ref} is on the stack of ${name(session)}`, { hint })
    }
  }
  const parts = await tx.work.parts({ ticketIds: [ticket.id] })
  const worked = await tx.tickets.links({ ticketId: ticket.id, action: 'worked_on' })
  if (parts.length === 0 && worked.length === 0) return
  throw new AppError('conflict', `work counts toward ${ticket.ref}, so it cannot be deleted`, { hint })
}
