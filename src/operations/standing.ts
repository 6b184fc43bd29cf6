import type { Activity } from '../domain/activity.ts'
import { associationOf } from '../domain/context.ts'
import type { Association } from '../domain/context.ts'
import { type InstructionEvent, type Instructions, holdsTasks, instructionsFor } from '../domain/instructions.ts'
import type { Session } from '../domain/session.ts'
import { mergeIntervals } from '../domain/slice.ts'
import { type Ticket, isClosed } from '../domain/ticket.ts'
import { asCallerSees } from './call-session.ts'
import { name } from './filter.ts'
import type { OperationContext } from './operation.ts'
import { type SessionView, sessionView } from './session-view.ts'
import { stepsOf } from './session-steps.ts'

/** Where a session stands: what it works on and what that took. */
export interface Standing {
  session: SessionView
  /** How it is known that this session is meant. */
  why: string
  association: Association
  /** Outermost first; the last one is the current ticket. */
  stack: Ticket[]
  current: Ticket | null
  /** Active time of all sessions on the current ticket; 0 without one. */
  ticketMs: number
}

/** Answered to every call that changes where a session stands. */
export interface Changed extends Standing {
  message: string
  warnings: string[]
  instructions: Instructions
}

export async function standingOf(context: OperationContext, session: Session, why: string): Promise<Standing> {
  const { store } = context
  const tickets = new Map((await store.tickets.byIds(session.stack.map((f) => f.ticketId))).map((t) => [t.id, t]))
  const stack = session.stack.map((frame) => tickets.get(frame.ticketId)).filter((ticket) => ticket !== undefined)
  const current = stack.at(-1) ?? null
  return {
    session: sessionView(session),
    why,
    association: associationOf(session),
    stack,
    current,
    ticketMs: current === null ? 0 : await timeOn(context, current.id),
  }
}

/** Active milliseconds of all sessions on a ticket itself. Parallel sessions add up. */
async function timeOn({ store }: OperationContext, ticketId: string): Promise<number> {
  let sum = 0
  for (const { active } of await store.work.parts({ ticketIds: [ticketId] }))
    for (const { startMs, endMs } of mergeIntervals(active)) sum += endMs - startMs
  return sum
}

/** The reply to a change, with what to do next for the face that asked. */
export async function changedReply(
  context: OperationContext,
  event: InstructionEvent,
  which: { sessionId: string; why: string },
  more: { message: string; warnings?: string[]; tookOver?: readonly string[]; idleMinutes?: number },
): Promise<Changed> {
  const session = await asCallerSees(context, await context.store.sessions.get(which.sessionId))
  const standing = await standingOf(context, session, which.why)
  return {
    ...standing,
    message: more.message,
    warnings: more.warnings ?? [],
    instructions: withTakenOver(
      context,
      await instructionsOf(context, event, standing, more.idleMinutes),
      more.tookOver ?? [],
    ),
  }
}

/** A handoff that a session took over unasked is the first thing to read. */
function withTakenOver({ caller }: OperationContext, made: Instructions, from: readonly string[]): Instructions {
  const read = (session: string) =>
    caller.channel === 'mcp' ? `get_handoff_context(session_id="${session}")` : `daybook handoff show ${session}`
  return {
    ...made,
    nextActions: [
      ...from.map((session) => `Read the handoff of ${session}, which you took over`),
      ...made.nextActions,
    ].slice(0, 3),
    suggestedCommands: [...from.map(read), ...made.suggestedCommands].slice(0, 3),
  }
}

/** @param idleMinutes how long nothing was done before this call, for `recovery` */
export async function instructionsOf(
  context: OperationContext,
  event: InstructionEvent,
  standing: Standing,
  idleMinutes = 0,
): Promise<Instructions> {
  const { session, association, stack, current, ticketMs } = standing
  return instructionsFor(event, {
    face: context.caller.channel === 'mcp' ? 'mcp' : 'cli',
    session: name(session),
    association,
    ticket: current,
    below: current !== null && holdsTasks(current.kind) ? await below(context, current, session.id) : undefined,
    above: stack.slice(0, -1).map(({ ref }) => ref),
    ticketMs,
    idleMinutes,
    openSteps: (await stepsOf(context.store, session.id)).filter(({ done }) => !done).map(({ text }) => text),
    requirements: [],
  })
}

/** Of what a ticket holds: the oldest open task that nobody else holds, and whether all there are is closed. */
async function below({ store }: OperationContext, { id }: Ticket, sessionId: string) {
  const { items } = await store.tickets.list({ parentId: id }, { limit: 1000 })
  const mine = ({ heldBySessionId }: Ticket) => heldBySessionId === null || heldBySessionId === sessionId
  const next = items
    .filter((ticket) => !isClosed(ticket.status) && !holdsTasks(ticket.kind) && mine(ticket))
    .toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : naturally(a.ref, b.ref)))[0]
  return { next: next?.ref ?? null, closed: items.length > 0 && items.every(({ status }) => isClosed(status)) }
}

function naturally(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1)
}

/** The session's last lines of the log, newest first. */
export async function lastActivities(
  { store }: OperationContext,
  sessionId: string,
  limit: number,
): Promise<Activity[]> {
  return (await store.activities.list({ sessionId }, { limit })).items
}
