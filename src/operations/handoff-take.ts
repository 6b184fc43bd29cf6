import type { Handoff } from '../domain/handoff.ts'
import type { Session } from '../domain/session.ts'
import type { Store } from '../stores/store.ts'
import { name } from './filter.ts'
import { handoffsNow } from './handoff-expiry.ts'
import type { OperationContext } from './operation.ts'
import { record } from './record.ts'

const MOST_TAKEN = 50

/**
 * Takes what is offered for a ticket that a session stepped onto, or by the session itself when it goes on.
 *
 * @returns keys of the sessions it was taken over from
 */
export async function takeOffered(
  tx: Store,
  context: OperationContext,
  sessionId: string,
  by: { ticketId: string } | { sessionId: string },
): Promise<string[]> {
  const { items } = await handoffsNow(
    { store: tx, clock: context.clock },
    { ...by, states: ['offered'] },
    { limit: MOST_TAKEN },
  )
  const taken: string[] = []
  for (const handoff of items) {
    const at = new Date(context.clock.now()).toISOString()
    if (!(await tx.handoffs.accept(handoff.id, context.actor, sessionId, at))) continue
    taken.push(name(await recordTaken(tx, context, sessionId, handoff)))
  }
  return taken
}

/** What follows from taking one: the session has its key and goes on from the other, both have a line in the log. */
export async function recordTaken(
  tx: Store,
  context: OperationContext,
  sessionId: string,
  handoff: Handoff,
): Promise<Session> {
  const session = await tx.sessions.assignKey(sessionId)
  const from = await tx.sessions.get(handoff.sessionId)
  await record(tx, context, session.id, 'handoff.accepted', { handoff: handoff.id, from: from.id })
  if (session.id === from.id) return from
  if (session.parentId === null) await tx.sessions.update(session.id, { parentId: from.id, relation: 'hands_off' })
  await record(tx, context, from.id, 'handoff.taken', { handoff: handoff.id, by: session.id })
  return from
}
