import * as z from 'zod/mini'
import { PRIORITIES, TICKET_KINDS, TICKET_STATUSES } from '../../domain/ticket.ts'
import type { Page } from '../../stores/page.ts'
import { cursor, flag, limit, offset, text } from '../fields.ts'
import type { ChangedTicket } from '../ticket-changes.ts'
import type { CreatedTicket } from '../ticket-create.ts'
import type { TicketShown } from '../ticket-show.ts'
import type { TicketView } from '../ticket-view.ts'
import { type ToolShape, toolInput } from '../tool.ts'
import { ticketFields } from './ticket-fields.ts'
import { instructionFields } from './standing-fields.ts'

const ticketId = text('ref: T-4')
const tags = z.optional(z.array(text('a tag')))
const priority = z.optional(z.enum(PRIORITIES))
const estimate = z.optional(text('2h, 90m'))

export const ticketCreate: ToolShape = {
  name: 'ticket_create',
  toolset: 'core',
  description:
    'Creates a ticket below the one you work on. Where nothing says what it belongs to, it asks and creates none.',
  input: toolInput(
    z.object({
      title: text('one line'),
      description: z.optional(z.string()),
      parent_epic: z.optional(z.nullable(text('ref of its parent; null: none'))),
      kind: z.optional(z.enum(TICKET_KINDS)),
      priority,
      tags,
      assignee: z.optional(z.string()),
      estimate,
      tracker: z.optional(z.string()),
    }),
    ({ parent_epic, description, assignee, ...rest }) => ({
      ...rest,
      description: blank(description),
      assignee: blank(assignee),
      parent: parent_epic,
    }),
  ),
  reply: ({ ok, ticket, parentFrom, guidance, session, message, warnings, instructions }: CreatedTicket) => ({
    status: ok ? 'completed' : 'error',
    ...(ticket === null
      ? { requires_ticket_association: true, guidance, error: message }
      : {
          ticket: ticketFields(ticket),
          ticket_id: ticket.ref,
          parent_from: parentFrom,
          labels_applied: ticket.tags,
          auto_detected: false,
        }),
    session_id: session.id,
    session_key: session.key,
    message,
    ...(warnings.length > 0 ? { warnings } : {}),
    instructions: instructionFields(instructions),
  }),
}

export const ticketGet: ToolShape = {
  name: 'ticket_get',
  toolset: 'core',
  description:
    'One ticket: status, parent, children, notes, sessions, time and cost. The current one when no id is given.',
  input: toolInput(z.object({ ticket_id: z.optional(ticketId), tracker: z.optional(z.string()) }), (asked) => ({
    ticket: asked.ticket_id,
    tracker: asked.tracker,
  })),
  reply: (shown: TicketShown) => ({
    status: 'completed',
    ticket: ticketFields(shown),
    parents: shown.above.map(({ ref }) => ref),
    children: shown.children.items.map(({ ref, title, status }) => ({ id: ref, title, state: status })),
    children_total: shown.children.total,
    children_closed: shown.children.closed,
    relations: shown.relations.map(({ kind, from, ticket }) => ({
      relation: kind,
      direction: from ? 'to' : 'from',
      id: ticket.ref,
      state: ticket.status,
    })),
    notes: shown.notes.items.map(({ kind, text: said, at, by }) => ({ kind, text: said, at, by })),
    notes_total: shown.notes.total,
    sessions: shown.sessions.map(({ session, action, at }) => ({ session: session.key ?? session.ref, action, at })),
    active_ms: { own: shown.figures.own.activeMs, total: shown.figures.total.activeMs },
    cost_usd: { own: dollars(shown.figures.own), total: dollars(shown.figures.total) },
    estimate_variance_percent: shown.figures.variance?.percent ?? null,
  }),
}

export const ticketList: ToolShape = {
  name: 'ticket_list',
  toolset: 'core',
  description: 'Tickets, the last changed first. free: what can be taken, most urgent first.',
  input: toolInput(
    z.object({
      state: z.optional(z.enum(TICKET_STATUSES)),
      free: flag('only what can be taken'),
      parent_epic: z.optional(text('only below this ref')),
      priority,
      assignee: z.optional(z.string()),
      text: z.optional(text('words in ref, title, description')),
      limit: limit(20),
      offset,
      cursor,
    }),
    ({ state, parent_epic, ...rest }) => ({
      ...rest,
      status: state === undefined ? undefined : [state],
      parent: parent_epic,
    }),
  ),
  reply: ({ items, total, nextCursor }: Page<TicketView>) => ({
    status: 'completed',
    tickets: items.map(ticketFields),
    count: items.length,
    total_count: total,
    next_cursor: nextCursor,
  }),
}

export const ticketUpdate: ToolShape = {
  name: 'ticket_update',
  toolset: 'core',
  description: 'Changes fields of a ticket; null empties one.',
  input: toolInput(
    z.object({
      ticket_id: ticketId,
      title: z.optional(text('one line')),
      description: z.optional(z.nullable(z.string())),
      state: z.optional(z.enum(TICKET_STATUSES)),
      priority,
      parent_epic: z.optional(z.nullable(z.string())),
      tags,
      assignee: z.optional(z.nullable(z.string())),
      estimate: z.optional(z.nullable(z.string())),
      summary: z.optional(z.string()),
      reopen: flag('open a closed one'),
      tracker: z.optional(z.string()),
    }),
    ({ ticket_id, state, parent_epic, description, assignee, estimate: length, ...rest }) => {
      const given = { parent: parent_epic, description, assignee, estimate: length }
      const clear = Object.entries(given).flatMap(([field, value]) => (value === null ? [field] : []))
      const kept = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))
      return {
        ...rest,
        ...kept,
        ticket: ticket_id,
        status: state,
        clear: clear.length > 0 ? clear : undefined,
      }
    },
  ),
  reply: ({ ticket, changed, message, warnings, instructions }: ChangedTicket) => ({
    status: 'completed',
    ticket: ticketFields(ticket),
    changed,
    message,
    ...(warnings.length > 0 ? { warnings } : {}),
    instructions: instructionFields(instructions),
  }),
}

/** Older clients send an empty text for "not given". */
function blank(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value
}

function dollars({ usage }: TicketShown['figures']['own']): number | null {
  return usage.costMicrodollars === null ? null : usage.costMicrodollars / 1e6
}
