import * as z from 'zod/mini'
import { TICKET_ACTIONS, TICKET_RELATIONS } from '../../domain/ticket.ts'
import type { Page } from '../../stores/page.ts'
import { cursor, limit, text } from '../fields.ts'
import type { SessionName } from '../session-view.ts'
import type { ChangedTicket } from '../ticket-changes.ts'
import type { TicketLinkView } from '../ticket-sessions.ts'
import type { TicketName } from '../ticket-view.ts'
import { type ToolShape, toolInput } from '../tool.ts'
import { ticketFields } from './ticket-fields.ts'
import { instructionFields } from './standing-fields.ts'

const action = z.optional(z.enum(TICKET_ACTIONS))

export const getTaskSessions: ToolShape = {
  name: 'get_task_sessions',
  toolset: 'work',
  description: 'Sessions that had to do with a ticket, newest first.',
  input: toolInput(
    z.object({ task_id: text('ref: T-4'), action, limit: limit(50), cursor }),
    ({ task_id, ...rest }) => ({
      ...rest,
      ticket: task_id,
    }),
  ),
  reply: ({ ticket, items, total, nextCursor }: Page<TicketLinkView> & { ticket: TicketName }) => ({
    task_id: ticket.ref,
    sessions: items.map(({ session, action: did, at, by }) => ({
      session_id: session.id,
      session_key: session.key ?? session.ref,
      title: session.title,
      agent: session.agent,
      action: did,
      linked_at: at,
      linked_by: by,
    })),
    count: items.length,
    total_count: total,
    next_cursor: nextCursor,
  }),
}

export const getSessionTasks: ToolShape = {
  name: 'get_session_tasks',
  toolset: 'work',
  description: 'Tickets that a session had to do with, newest first.',
  input: toolInput(
    z.object({ session_id: z.optional(text('key, ref or id; yours when left out')), action, limit: limit(50), cursor }),
    ({ session_id, ...rest }) => ({ ...rest, session: session_id }),
  ),
  reply: ({ session, items, total, nextCursor }: Page<TicketLinkView> & { session: SessionName }) => ({
    session_id: session.id,
    session_key: session.key ?? session.ref,
    tasks: items.map(({ ticket, action: did, at, by }) => ({
      id: ticket.ref,
      title: ticket.title,
      kind: ticket.kind,
      status: ticket.status,
      action: did,
      linked_at: at,
      linked_by: by,
    })),
    count: items.length,
    total_count: total,
    next_cursor: nextCursor,
  }),
}

export const ticketLink: ToolShape = {
  name: 'ticket_link',
  toolset: 'work',
  description: 'Links a ticket with another (relation), or with a session (action).',
  input: toolInput(
    z.object({
      ticket_id: text('ref: T-4'),
      other_id: z.optional(text('ref of the other')),
      relation: z.optional(z.enum(TICKET_RELATIONS)),
      action,
      session_id: z.optional(text('the session; yours when left out')),
    }),
    ({ ticket_id, other_id, session_id, ...rest }) => ({
      ...rest,
      ticket: ticket_id,
      other: other_id,
      session: session_id,
    }),
  ),
  reply: ({ ticket, message, instructions }: ChangedTicket) => ({
    success: true,
    message,
    ticket: ticketFields(ticket),
    instructions: instructionFields(instructions),
  }),
}
