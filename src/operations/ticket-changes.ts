import type { Instructions } from '../domain/instructions.ts'
import { isOpen } from '../domain/session.ts'
import { ticketInstructions } from '../domain/ticket-instructions.ts'
import type { Ticket } from '../domain/ticket.ts'
import type { Store } from '../stores/store.ts'
import { faceOf } from './caller.ts'
import type { OperationContext } from './operation.ts'
import { type TicketView, ticketView } from './ticket-view.ts'
import { findSession } from './which-session.ts'

/** Answered to a change of one ticket that was named. */
export interface ChangedTicket {
  ticket: TicketView
  /** What is not as it was; none where it stood so already. */
  changed: string[]
  message: string
  warnings: string[]
  instructions: Instructions
}

/**
 * The session in whose chain of the log a change of a named ticket is written: the caller's own where it is known and open,
 * else none. No session is made for it.
 *
 * @throws AppError when the word that was given names none
 */
export async function loggingSession(context: OperationContext, word?: string): Promise<string | null> {
  const named = word ?? context.caller.session
  const found =
    named === null || named === undefined ? findSession(context).catch(() => undefined) : findSession(context, named)
  const session = (await found)?.session
  return session !== undefined && isOpen(session) ? session.id : null
}

/** One line of the log about a ticket. */
export async function recordTicket(
  tx: Store,
  { actor, clock }: OperationContext,
  sessionId: string | null,
  action: string,
  ticket: Pick<Ticket, 'ref'>,
  payload: Record<string, unknown> = {},
): Promise<void> {
  const at = new Date(clock.now()).toISOString()
  const target = sessionId ?? ticket.ref
  await tx.activities.append({ sessionId, at, actor, action, target, payload: { ticket: ticket.ref, ...payload } })
}

export async function changedTicket(
  context: OperationContext,
  ticket: Ticket,
  { message, changed = [], warnings = [] }: { message: string; changed?: string[]; warnings?: string[] },
): Promise<ChangedTicket> {
  return {
    ticket: await ticketView(context.store, ticket),
    changed,
    message,
    warnings,
    instructions: ticketInstructions(faceOf(context), ticket),
  }
}
