import * as z from 'zod/mini'
import { pushContext } from '../domain/context.ts'
import { AppError } from '../domain/errors.ts'
import { shellWord } from '../domain/shell-word.ts'
import { isOpen } from '../domain/session.ts'
import type { Session } from '../domain/session.ts'
import { isClosed, sprintRef, words } from '../domain/ticket.ts'
import type { Ticket } from '../domain/ticket.ts'
import type { Store } from '../stores/store.ts'
import { putAwayWords } from './attach.ts'
import { flag, sessionWord, text } from './fields.ts'
import { name } from './filter.ts'
import { checkNamed, checkOpen, moveContext, pathTo, poppedWords, ticketOf } from './move-context.ts'
import { enterSession } from './open-session.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { record } from './record.ts'
import { pointAfter } from './session-pointers.ts'
import { type Changed, changedReply } from './standing.ts'

export interface ActivatedSprint extends Changed {
  /** Tickets below it, and how many of them are closed. */
  tickets: { total: number; closed: number }
}

const session = z.optional(sessionWord)
const tracker = z.optional(text('the tracker it is in, where several have that ref'))

export const activateSprint = defineOperation({
  name: 'sprint.activate',
  summary: 'Work within a sprint: tasks activated from here on count toward it.',
  input: z.object({ sprint: text('its ref, or its number: 1 means SPRINT-1'), tracker, session }),
  errors: ['not_found', 'conflict'],
  effect: 'write',
  cli: {
    args: ['sprint'],
    examples: [{ command: 'daybook sprint activate 1', says: 'SPRINT-1' }],
    seeAlso: ['task activate', 'context show'],
  },
  mcp: async () => (await import('./compat/context-tools.ts')).sprintActivate,
  async handle(context, input): Promise<ActivatedSprint> {
    await checkNamed(context.store, sprintRef(input.sprint), input.tracker)
    const entered = await enterSession(context, input.session)
    checkOpen(entered.session, 'no sprint can be activated')
    const { store } = context
    const { id } = entered.session
    const { ticket, change } = await store.transaction(async (tx) => {
      const found = await ticketOf(tx, context, sprintRef(input.sprint), { tracker: input.tracker, kind: 'sprint' })
      const ticket = found.kind === 'ticket' ? await tx.tickets.update(found.id, { kind: 'sprint' }) : found
      const path = await pathTo(tx, ticket)
      await tx.sessions.assignKey(id)
      const change = await moveContext(tx, context, id, path, (now, above) => pushContext(now, path, above))
      return { ticket, change }
    })
    const below = await store.tickets.list({ parentId: ticket.id }, { limit: 1000 })
    const tickets = { total: below.total, closed: below.items.filter(({ status }) => isClosed(status)).length }
    const message = `On ${ticket.ref}${ticket.title === null ? '' : ` ${ticket.title}`}: ${tickets.closed} of ${tickets.total} tickets closed${poppedWords(change)}`
    const reply = await changedReply(
      context,
      'activate',
      { sessionId: id, why: entered.why },
      { message, warnings: [...entered.warnings, ...putAwayWords(entered.putAway)], tookOver: change.tookOver },
    )
    await pointAfter(context, reply)
    return { ...reply, tickets }
  },
})

export const activateTask = defineOperation({
  name: 'task.activate',
  summary: 'Begin work on a task: it is in progress, and yours.',
  input: z.object({
    task: text('its ref: T-4'),
    take: flag('also when another session holds it'),
    reopen: flag('also when it is closed'),
    tracker,
    session,
  }),
  errors: ['not_found', 'conflict'],
  effect: 'write',
  cli: {
    args: ['task'],
    examples: [{ command: 'daybook task activate T-5', says: 'open, then in progress' }],
    seeAlso: ['task deactivate', 'attach', 'context show'],
  },
  mcp: async () => (await import('./compat/context-tools.ts')).taskActivate,
  async handle(context, input): Promise<Changed> {
    await checkNamed(context.store, input.task, input.tracker)
    const entered = await enterSession(context, input.session)
    checkOpen(entered.session, 'no task can be activated')
    const { store } = context
    const { id } = entered.session
    const { before, ticket, change } = await store.transaction(async (tx) => {
      const before = await ticketOf(tx, context, input.task, { tracker: input.tracker, kind: 'task' })
      checkBegins(before, input.reopen)
      await claim(tx, context, before, entered.session, input.take)
      const ticket = await begin(tx, context, before, id)
      const path = await pathTo(tx, ticket)
      await tx.sessions.assignKey(id)
      const change = await moveContext(tx, context, id, path, (now, above) => pushContext(now, path, above))
      return { before, ticket, change }
    })
    const moved =
      before.status === ticket.status ? words(ticket.status) : `${words(before.status)} -> ${words(ticket.status)}`
    const message = `On ${ticket.ref}${ticket.title === null ? '' : ` ${ticket.title}`} · ${moved}${poppedWords(change)}`
    const reply = await changedReply(
      context,
      'activate',
      { sessionId: id, why: entered.why },
      { message, warnings: [...entered.warnings, ...putAwayWords(entered.putAway)], tookOver: change.tookOver },
    )
    await pointAfter(context, reply)
    return reply
  },
})

/** @throws AppError `conflict` for a closed ticket without `reopen` */
function checkBegins({ ref, status }: Ticket, reopen: boolean): void {
  if (!isClosed(status) || reopen) return
  throw new AppError('conflict', `${ref} is ${words(status)}`, {
    hint: `daybook task activate ${shellWord(ref)} --reopen`,
  })
}

/**
 * Takes the ticket for the session. Who loses to somebody faster looks again at who holds it by then.
 *
 * @throws AppError `conflict` naming the live session that holds it, without `take`
 */
async function claim(
  tx: Store,
  context: OperationContext,
  ticket: Ticket,
  session: Session,
  take: boolean,
): Promise<void> {
  const { heldBySessionId } = ticket
  const holder = heldBySessionId === null ? undefined : await tx.sessions.find(heldBySessionId)
  const isHeld = holder !== undefined && holder.id !== session.id && isOpen(holder) && holder.presence !== 'gone'
  if (isHeld && !take) throw held(ticket, holder)
  const at = new Date(context.clock.now()).toISOString()
  if (await tx.tickets.claim(ticket.id, session.id, heldBySessionId, at)) return
  await claim(tx, context, await tx.tickets.get(ticket.id), session, take)
}

function held({ ref, heldSince }: Ticket, holder: Session): AppError {
  const where = holder.gitBranch === null ? '' : ` (${holder.agent}, ${holder.gitBranch})`
  const who = `${name(holder)}${where}`
  return new AppError('conflict', `${ref} is held by ${who} since ${heldSince ?? 'just now'}`, {
    hint: `daybook task activate ${shellWord(ref)} --take`,
  })
}

async function begin(tx: Store, context: OperationContext, ticket: Ticket, sessionId: string): Promise<Ticket> {
  const inProgress = ticket.status === 'in_progress'
  const reopened = isClosed(ticket.status)
  const begun = await tx.tickets.update(ticket.id, {
    ...(inProgress ? {} : { status: 'in_progress' }),
    ...(reopened ? { closedAt: null, closedBy: null } : {}),
    ...(ticket.delegation === 'unassigned' || ticket.delegation === 'assigned' ? { delegation: 'in_progress' } : {}),
    ...(ticket.kind === 'ticket' ? { kind: 'task' } : {}),
  })
  if (!inProgress)
    await record(tx, context, sessionId, reopened ? 'ticket.reopened' : 'ticket.begun', {
      ticket: ticket.ref,
      from: ticket.status,
    })
  return begun
}
