import * as z from 'zod/mini'
import { TICKET_ACTIONS } from '../domain/ticket.ts'
import type { TicketAction } from '../domain/ticket.ts'
import type { Page } from '../stores/page.ts'
import type { Store } from '../stores/store.ts'
import type { TicketLink } from '../stores/ticket-store.ts'
import { choice, pageFields, sessionWord, text } from './fields.ts'
import { findTicket } from './find-ticket.ts'
import { defineOperation } from './operation.ts'
import { pageOf } from './page.ts'
import { type SessionName, sessionName } from './session-view.ts'
import { type TicketName, ticketName } from './ticket-view.ts'
import { needSession } from './which-session.ts'

/** What a session had to do with a ticket, with both of them named. */
export interface TicketLinkView {
  action: TicketAction
  at: string
  by: string
  session: SessionName
  ticket: TicketName
}

const action = z.optional(choice(TICKET_ACTIONS, 'only sessions that did this'))
const tracker = z.optional(text('the tracker it is in, where several have that ref'))

export const ticketSessions = defineOperation({
  name: 'ticket.sessions',
  summary: 'List sessions that had to do with a ticket, newest first.',
  input: z.object({ ticket: text('the ticket, by ref'), action, tracker, ...pageFields(50) }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    args: ['ticket'],
    examples: [{ command: 'daybook ticket sessions T-4', says: 'who worked on it, created it, closed it' }],
    seeAlso: ['session tickets', 'ticket show', 'ticket link'],
  },
  mcp: async () => (await import('./compat/ticket-link-tools.ts')).getTaskSessions,
  async handle({ store }, input): Promise<Page<TicketLinkView> & { ticket: TicketName }> {
    const ticket = await findTicket(store, input.ticket, input.tracker)
    const links = await store.tickets.links({ ticketId: ticket.id, action: input.action })
    return { ...(await linkPage(store, links, input)), ticket: ticketName(ticket) }
  },
})

export const sessionTickets = defineOperation({
  name: 'session.tickets',
  summary: 'List tickets that a session had to do with, newest first.',
  input: z.object({
    session: z.optional(sessionWord),
    action: z.optional(choice(TICKET_ACTIONS, 'only tickets to which it did this')),
    ...pageFields(50),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    args: ['session'],
    examples: [{ command: 'daybook session tickets 1', says: 'what SESSION-001 worked on, created, closed' }],
    seeAlso: ['ticket sessions', 'ticket list'],
  },
  mcp: async () => (await import('./compat/ticket-link-tools.ts')).getSessionTasks,
  async handle(context, input): Promise<Page<TicketLinkView> & { session: SessionName }> {
    const { store } = context
    const { session } = await needSession(context, input.session)
    const links = await store.tickets.links({ sessionId: session.id, action: input.action })
    return { ...(await linkPage(store, links, input)), session: sessionName(session) }
  },
})

async function linkPage(
  store: Store,
  links: readonly TicketLink[],
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<Page<TicketLinkView>> {
  const page = pageOf(links, { limit, cursor })
  return { ...page, items: await linkViews(store, page.items) }
}

export async function linkViews(store: Store, links: readonly TicketLink[]): Promise<TicketLinkView[]> {
  const tickets = new Map(
    (await store.tickets.byIds(links.map(({ ticketId }) => ticketId))).map((one) => [one.id, one]),
  )
  const views = links.map(async ({ sessionId, ticketId, action, at, by }) => {
    const [session, ticket] = [await store.sessions.find(sessionId), tickets.get(ticketId)]
    return session && ticket ? { action, at, by, session: sessionName(session), ticket: ticketName(ticket) } : undefined
  })
  return (await Promise.all(views)).filter((view) => view !== undefined)
}
