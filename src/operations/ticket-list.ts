import * as z from 'zod/mini'
import { PRIORITIES, TICKET_KINDS, TICKET_STATUSES } from '../domain/ticket.ts'
import { readTag } from '../domain/tag.ts'
import type { OffsetRequest, Page } from '../stores/page.ts'
import type { TicketFilter } from '../stores/ticket-store.ts'
import { choice, flag, offset, pageFields, text } from './fields.ts'
import { oneProject, oneSession } from './filter.ts'
import { findTicket, trackerOf } from './find-ticket.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { type TicketName, type TicketView, ticketName, ticketViews } from './ticket-view.ts'

/** Where work goes on or waits to be begun. */
const OPEN = TICKET_STATUSES.filter((status) => !['done', 'closed', 'cancelled'].includes(status))

const pages = { ...pageFields(50), offset }
const tracker = z.optional(text('only tickets of this tracker'))

const narrowing = {
  status: z.optional(z.array(choice(TICKET_STATUSES, 'a status')).check(z.describe('only tickets that stand so'))),
  kind: z.optional(z.array(choice(TICKET_KINDS, 'a kind')).check(z.describe('only tickets of this kind'))),
  priority: z.optional(choice(PRIORITIES, 'only of this priority')),
  assignee: z.optional(text('only those that this one is to do')),
  tag: z.optional(text('only with this tag')),
  project: z.optional(text('only of this project: name, path or origin')),
  tracker,
}

export const listTickets = defineOperation({
  name: 'ticket.list',
  summary: 'List tickets, the last changed first.',
  input: z.object({
    ...narrowing,
    text: z.optional(text('only with this in ref, title or description')),
    parent: z.optional(text('only what lies right below this ticket')),
    top: flag('only what lies below nothing'),
    open: flag('only what is not done, closed or cancelled'),
    free: flag('only what can be taken: open, held by no live session, blocked by nothing; most urgent first'),
    holder: z.optional(text('only what this session holds')),
    ...pages,
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    examples: [
      { command: 'daybook ticket list --open', says: 'what is not done' },
      { command: 'daybook ticket list --free', says: 'what can be taken, most urgent first' },
      { command: 'daybook ticket list --tag tide --priority high', says: 'by what they are' },
    ],
    seeAlso: ['ticket search', 'ticket create', 'task activate'],
  },
  mcp: async () => (await import('./compat/ticket-tools.ts')).ticketList,
  handle: async (context, input): Promise<Page<TicketView>> =>
    pageOfTickets(context, await filterOf(context, input), input),
})

export const searchTickets = defineOperation({
  name: 'ticket.search',
  summary: 'Find tickets by words in ref, title or description.',
  input: z.object({ text: text('words that stand in it, as written'), ...narrowing, ...pages }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    args: ['text'],
    examples: [{ command: 'daybook ticket search tide', says: 'tickets about tides' }],
    seeAlso: ['ticket list', 'search'],
  },
  handle: async (context, input): Promise<Page<TicketView>> =>
    pageOfTickets(context, await filterOf(context, input), input),
})

export const ticketChildren = defineOperation({
  name: 'ticket.children',
  summary: 'List tickets right below a ticket, the last changed first.',
  input: z.object({
    ticket: text('the ticket, by ref'),
    open: flag('only what is not done, closed or cancelled'),
    tracker: z.optional(text('the tracker it is in, where several have that ref')),
    ...pages,
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    args: ['ticket'],
    examples: [{ command: 'daybook ticket children T-4', says: 'what T-4 is made of' }],
    seeAlso: ['ticket show', 'ticket create'],
  },
  async handle(context, input): Promise<Page<TicketView> & { ticket: TicketName }> {
    const ticket = await findTicket(context.store, input.ticket, input.tracker)
    const filter: TicketFilter = { parentId: ticket.id, ...(input.open ? { statuses: OPEN } : {}) }
    return { ...(await pageOfTickets(context, filter, input)), ticket: ticketName(ticket) }
  },
})

async function pageOfTickets(
  { store }: OperationContext,
  filter: TicketFilter,
  { limit, cursor, offset: from }: OffsetRequest,
): Promise<Page<TicketView>> {
  const page = await store.tickets.list(filter, { limit, cursor, offset: from })
  return { ...page, items: await ticketViews(store, page.items) }
}

interface Asked {
  status?: TicketFilter['statuses']
  kind?: TicketFilter['kinds']
  priority?: TicketFilter['priority']
  assignee?: string
  tag?: string
  project?: string
  tracker?: string
  text?: string
  parent?: string
  top?: boolean
  open?: boolean
  free?: boolean
  holder?: string
}

async function filterOf(context: OperationContext, asked: Asked): Promise<TicketFilter> {
  const { store } = context
  const filter: TicketFilter = {
    statuses: asked.status,
    kinds: asked.kind,
    priority: asked.priority,
    assignee: asked.assignee,
    text: asked.text,
  }
  if (asked.tag !== undefined) filter.tag = readTag(asked.tag)
  if (asked.open && asked.status === undefined) filter.statuses = OPEN
  if (asked.project !== undefined) filter.projectId = (await oneProject(context, asked.project)).id
  if (asked.tracker !== undefined) filter.trackerId = (await trackerOf(store, asked.tracker)).id
  if (asked.parent !== undefined) filter.parentId = (await findTicket(store, asked.parent, asked.tracker)).id
  else if (asked.top) filter.parentId = null
  if (asked.holder !== undefined) filter.heldBy = (await oneSession(context, asked.holder)).id
  if (asked.free) filter.free = true
  return filter
}
