import * as z from 'zod/mini'
import { associationOf } from '../domain/context.ts'
import type { Session } from '../domain/session.ts'
import { isClosed } from '../domain/ticket.ts'
import type { Ticket, TicketKind } from '../domain/ticket.ts'
import { validateSession } from '../domain/session-validation.ts'
import type { Validation } from '../domain/validation.ts'
import { choice, sessionWord, text } from './fields.ts'
import { name, oneSession } from './filter.ts'
import { findTicket } from './find-ticket.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { nothingActive } from './ticket-notes.ts'
import { validate } from './validate.ts'
import { needSession } from './which-session.ts'
import { stepsOf } from './session-steps.ts'

export interface Checked extends Validation {
  /** What was checked. */
  subject: { kind: TicketKind | 'session'; id: string; ref: string; title: string | null; closed: boolean }
  message: string
}

export const checkDone = defineOperation({
  name: 'validation.check',
  summary: 'Check whether a ticket can be called done, or what a session lacks.',
  input: z.object({
    target: z.optional(text('a ticket by ref, or a session by key; what you work on when left out')),
    of: z.optional(choice(['task', 'sprint', 'session'], 'the current task, sprint or session')),
    summary: z.optional(text('the summary it would be done with')),
    tracker: z.optional(text('the tracker it is in, where several have that ref')),
    session: z.optional(sessionWord),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    path: ['check'],
    args: ['target'],
    examples: [
      { command: 'daybook check T-4', says: 'summary, tests, commits, time, what lies below it' },
      { command: 'daybook check SESSION-001', says: 'what a session lacks' },
    ],
    seeAlso: ['done', 'ticket show'],
  },
  mcp: async () => (await import('./compat/task-tools.ts')).validateCompletion,
  async handle(context, input): Promise<Checked> {
    const { target, of, summary } = input
    if (target !== undefined && /^session-\d+$/i.test(target.trim()) && of !== 'task' && of !== 'sprint')
      return checkSession(context, await oneSession(context, target))
    if (target !== undefined && of === 'session') return checkSession(context, await oneSession(context, target))
    if (target !== undefined)
      return checkTicket(context, await findTicket(context.store, target, input.tracker), summary)
    const { session } = await needSession(context, input.session)
    return of === 'session'
      ? checkSession(context, session)
      : checkTicket(context, await currentOf(context, session, of), summary)
  },
})

async function currentOf(
  context: OperationContext,
  session: Session,
  of: 'task' | 'sprint' | undefined,
): Promise<Ticket> {
  const frame = session.stack.findLast(({ kind }) => {
    if (of === undefined) return true
    return of === 'sprint' ? kind === 'sprint' : kind === 'task' || kind === 'subtask' || kind === 'ticket'
  })
  if (frame) return context.store.tickets.get(frame.ticketId)
  throw await nothingActive(context, name(session))
}

async function checkTicket(context: OperationContext, ticket: Ticket, summary: string | undefined): Promise<Checked> {
  const validation = await validate(context, ticket, { summary })
  const { id, ref, kind, title } = ticket
  const closed = isClosed(ticket.status)
  const said = closed ? 'is closed' : validation.valid ? 'can be called done' : 'cannot be done yet'
  return { ...validation, subject: { kind, id, ref, title, closed }, message: `${ref} ${said}` }
}

/** Lines of the log that write themselves say nothing of what was done. */
const BY_ITSELF = /^(?:session|transcript|context)\./

async function checkSession({ store }: OperationContext, session: Session): Promise<Checked> {
  const { items } = await store.activities.list({ sessionId: session.id }, { limit: 1000 })
  const tickets = await store.tickets.byIds(session.stack.map(({ ticketId }) => ticketId))
  const validation = validateSession({
    session: name(session),
    association: associationOf(session),
    activities: items.filter(({ action }) => !BY_ITSELF.test(action)).length,
    steps: await stepsOf(store, session.id),
    openTickets: tickets.filter(({ status }) => !isClosed(status)).map(({ ref }) => ref),
  })
  const { id, title, endedAt } = session
  return {
    ...validation,
    subject: { kind: 'session', id, ref: name(session), title, closed: endedAt !== null },
    message: `${name(session)} can end`,
  }
}
