import { isOpen } from '../domain/session.ts'
import type { Session } from '../domain/session.ts'
import type { Ticket } from '../domain/ticket.ts'
import type { Store } from '../stores/store.ts'
import { type SessionName, sessionName } from './session-view.ts'

/** A ticket as every face gets it. */
export interface TicketView extends Ticket {
  /** The session that works on it; null where none does, or where the one that did is no longer live. */
  holder: SessionName | null
}

export async function ticketViews(store: Store, tickets: readonly Ticket[]): Promise<TicketView[]> {
  const holders = new Map<string, Session>()
  for (const id of new Set(tickets.map(({ heldBySessionId }) => heldBySessionId))) {
    const session = id === null ? undefined : await store.sessions.find(id)
    if (session && holdsTickets(session)) holders.set(session.id, session)
  }
  return tickets.map((ticket) => {
    const holder = holders.get(ticket.heldBySessionId ?? '')
    return { ...ticket, holder: holder === undefined ? null : sessionName(holder) }
  })
}

export async function ticketView(store: Store, ticket: Ticket): Promise<TicketView> {
  return (await ticketViews(store, [ticket]))[0] as TicketView
}

/** Whether what a session took is still its own: it has not ended, and its agent is not gone. */
export function holdsTickets(session: Session): boolean {
  return isOpen(session) && session.presence !== 'gone'
}

/** Just enough of a ticket to name it. */
export type TicketName = Pick<Ticket, 'id' | 'ref' | 'kind' | 'title' | 'status'>

export function ticketName({ id, ref, kind, title, status }: Ticket): TicketName {
  return { id, ref, kind, title, status }
}
