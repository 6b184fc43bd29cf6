import * as z from 'zod/mini'
import { isClosed } from '../domain/ticket.ts'
import type { TicketNote, TicketRelation } from '../domain/ticket.ts'
import type { Page } from '../stores/page.ts'
import type { Store } from '../stores/store.ts'
import { sessionWord, text } from './fields.ts'
import { findTicket } from './find-ticket.ts'
import { AppError } from '../domain/errors.ts'
import { name } from './filter.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { type TicketFigures, figuresOf } from './ticket-figures.ts'
import { type TicketLinkView, linkViews } from './ticket-sessions.ts'
import { type TicketName, type TicketView, ticketName, ticketViews } from './ticket-view.ts'
import { needSession } from './which-session.ts'

/** A ticket with all that hangs on it and what it took. */
export interface TicketShown extends TicketView {
  /** Nearest first. */
  above: TicketName[]
  children: { total: number; closed: number; items: TicketView[] }
  /** `blocked by` and the like are read from `from`: the other ticket stands on the far end. */
  relations: { kind: TicketRelation; from: boolean; ticket: TicketName }[]
  /** The newest, with how many there are. */
  notes: Page<TicketNote>
  /** Sessions, newest first. */
  sessions: TicketLinkView[]
  figures: TicketFigures
}

const SHOWN = 20

export const showTicket = defineOperation({
  name: 'ticket.show',
  summary: 'Show one ticket: what it is, what lies below it, what it took.',
  input: z.object({
    ticket: z.optional(text('the ticket, by ref; the current one when left out')),
    tracker: z.optional(text('the tracker it is in, where several have that ref')),
    session: z.optional(sessionWord),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    args: ['ticket'],
    examples: [{ command: 'daybook ticket show T-4', says: 'time, cost, notes, sessions' }],
    seeAlso: ['ticket list', 'ticket children', 'ticket sessions'],
  },
  mcp: async () => (await import('./compat/ticket-tools.ts')).ticketGet,
  async handle(context, input): Promise<TicketShown> {
    const { store } = context
    const ticket =
      input.ticket === undefined
        ? await store.tickets.get(await currentTicketId(context, input.session))
        : await findTicket(store, input.ticket, input.tracker)
    const children = await store.tickets.list({ parentId: ticket.id }, { limit: 1000 })
    const [view, ...below] = await ticketViews(store, [ticket, ...children.items.slice(0, SHOWN)])
    const links = await store.tickets.links({ ticketId: ticket.id })
    return {
      ...(view as TicketView),
      above: ((await store.tickets.ancestors([ticket.id])).get(ticket.id) ?? []).map(ticketName),
      children: {
        total: children.total,
        closed: children.items.filter(({ status }) => isClosed(status)).length,
        items: below,
      },
      relations: await relationsOf(store, ticket.id),
      notes: await store.tickets.notes({ ticketId: ticket.id }, { limit: SHOWN }),
      sessions: await linkViews(store, links.slice(0, 100)),
      figures: await figuresOf(store, ticket),
    }
  },
})

/** @throws AppError `not_found` when the caller's session stands on no ticket */
async function currentTicketId(context: OperationContext, word: string | undefined): Promise<string> {
  const { session } = await needSession(context, word)
  const current = session.stack.at(-1)
  if (current) return current.ticketId
  throw new AppError('not_found', `${name(session)} is on no ticket`, { hint: 'daybook ticket list' })
}

async function relationsOf(store: Store, id: string): Promise<TicketShown['relations']> {
  const relations = await store.tickets.relations(id)
  const others = await store.tickets.byIds(relations.map(({ fromId, toId }) => (fromId === id ? toId : fromId)))
  return relations.flatMap(({ fromId, toId, kind }) => {
    const other = others.find((ticket) => ticket.id === (fromId === id ? toId : fromId))
    return other === undefined ? [] : [{ kind, from: fromId === id, ticket: ticketName(other) }]
  })
}
