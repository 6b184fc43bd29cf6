import * as z from 'zod/mini'
import { TICKET_KINDS } from '../../domain/ticket.ts'
import type { Attached } from '../attach.ts'
import { STACK_ACTIONS, type StackReply } from '../context-tool.ts'
import type { Deactivated } from '../deactivate.ts'
import { choice, flag, text } from '../fields.ts'
import type { Changed } from '../standing.ts'
import { type ToolShape, toolInput } from '../tool.ts'
import { changedFields, instructionFields, sessionKey, standingFields, tracker } from './standing-fields.ts'

export const attachTicket: ToolShape = {
  name: 'attach_ticket',
  toolset: 'core',
  description:
    'Which ticket this work is for. set: attach ticket_id; none: it is for no ticket; clear: undecided again; status: how it stands.',
  input: toolInput(
    z.object({
      action: text('set, clear, none or status'),
      ticket_id: z.optional(text('ref of the ticket: T-1, PROJ-123')),
      tracker,
      session_id: sessionKey,
    }),
    ({ action, ticket_id, tracker, session_id }) => ({ action, ticket: ticket_id, tracker, session: session_id }),
  ),
  reply: (reply: Attached) => ({
    success: true,
    message: reply.message,
    current_ticket: reply.current?.ref ?? null,
    session_id: reply.session?.id ?? null,
    opted_out: reply.association === 'opted_out',
    guidance: reply.guidance,
    ...(reply.action === 'none' ? { note: 'The opt-out lasts as long as this session.' } : {}),
    session_key: reply.session?.key ?? null,
    session_from: reply.why,
    context_stack: reply.stack.map(({ ref, kind, title, status }) => ({ ref, kind, title, status })),
    ...(reply.warnings.length > 0 ? { warnings: reply.warnings } : {}),
    ...(reply.action === 'status' ? {} : { instructions: instructionFields(reply.instructions) }),
  }),
}

export const sprintActivate: ToolShape = {
  name: 'sprint_activate',
  toolset: 'core',
  input: toolInput(
    z.object({ sprint: text('ref or number: 1 means SPRINT-1'), tracker, session_key: sessionKey }),
    ({ session_key, ...rest }) => ({ ...rest, session: session_key }),
  ),
  reply: (reply: Changed & { tickets: object }) => ({ ...changedFields(reply), tickets: reply.tickets }),
}

export const taskActivate: ToolShape = {
  name: 'task_activate',
  toolset: 'core',
  input: toolInput(
    z.object({
      task: text('ref: T-4'),
      take: flag('also when another session holds it'),
      reopen: flag('also when it is closed'),
      tracker,
      session_key: sessionKey,
    }),
    ({ session_key, ...rest }) => ({ ...rest, session: session_key }),
  ),
  reply: changedFields,
}

export const taskDeactivate: ToolShape = {
  name: 'task_deactivate',
  toolset: 'core',
  input: toolInput(
    z.object({
      summary: z.optional(text('how it stands')),
      complete: flag('it is done'),
      session_key: sessionKey,
    }),
    ({ session_key, ...rest }) => ({ ...rest, session: session_key }),
  ),
  reply: (reply: Deactivated) => ({
    ...changedFields(reply),
    success: reply.valid,
    task: reply.ticket.ref,
    task_status: reply.ticket.status,
    completed: reply.completed,
    errors: reply.errors,
    time_in_session_ms: reply.sessionMs,
  }),
}

export const contextStack: ToolShape = {
  name: 'context_stack',
  toolset: 'work',
  description:
    'What the session works on. show: the stack; history: what it was and when; pop: step off; clear: empty it.',
  input: toolInput(
    z.object({
      action: z._default(choice(STACK_ACTIONS, 'what to do'), 'show'),
      kind: z.optional(choice(TICKET_KINDS, 'pop: off the deepest of this kind')),
      session_key: sessionKey,
      limit: z._default(z.int().check(z.gte(1), z.lte(100)), 20).check(z.describe('history: how many')),
    }),
    ({ session_key, ...rest }) => ({ ...rest, session: session_key }),
  ),
  reply(reply: StackReply) {
    if (reply.action === 'show') return { success: true, ...standingFields(reply.standing) }
    if (reply.action !== 'history') return changedFields(reply.changed)
    const { items, total } = reply.history
    return {
      success: true,
      total_count: total,
      history: items.map(({ change, fromAt, toAt, stack, optedOut, by, why }) => ({
        action: change,
        switched_at: fromAt,
        until: toAt,
        duration_seconds: fromAt === null || toAt === null ? null : secondsBetween(fromAt, toAt),
        context_stack: stack.map(({ ref, kind }) => ({ ref, kind })),
        opted_out: optedOut,
        by,
        why,
      })),
    }
  },
}

function secondsBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000))
}
