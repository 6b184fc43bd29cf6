import type { Handoff } from '../domain/handoff.ts'
import { isOverdue } from '../domain/handoff-offer.ts'
import type { Session } from '../domain/session.ts'
import type { Store } from '../stores/store.ts'

/** Who takes a handoff, and when. */
export interface Taking {
  /** The session that goes on. */
  sessionId: string
  /** ISO: when it went on. A hook may tell of it later. */
  at: string
  /** Unix milliseconds: what has expired by now is not taken any more. */
  nowMs: number
  /** Whose work it is, for the log. */
  actor: string
}

const MOST_TAKEN = 50

/**
 * Takes what is offered for a ticket that a session stepped onto, or by the session that it goes on from: itself after a resume
 * or a compaction. An offer that nobody took in time has expired, whether somebody has looked since or not.
 *
 * @returns the sessions it was taken over from
 */
export async function takeHandoffs(
  tx: Store,
  offered: { ticketId: string } | { sessionId: string },
  by: Taking,
): Promise<Session[]> {
  const { items } = await tx.handoffs.list({ ...offered, states: ['offered'] }, { limit: MOST_TAKEN })
  const taken: Session[] = []
  for (const handoff of items) {
    if (isOverdue(handoff, by.nowMs)) continue
    // Of what came in an import nothing happens before somebody has said yes to it.
    if ((await tx.sessions.get(handoff.sessionId)).quarantined) continue
    if (!(await tx.handoffs.accept(handoff.id, by.actor, by.sessionId, by.at))) continue
    taken.push(await recordTaken(tx, handoff, by))
  }
  return taken
}

/**
 * What follows from taking one: the session has its key and goes on from the other, both have a line in the log.
 *
 * @returns the session it was taken over from
 */
export async function recordTaken(
  tx: Store,
  handoff: Handoff,
  { sessionId, at, actor }: Omit<Taking, 'nowMs'>,
): Promise<Session> {
  const session = await tx.sessions.assignKey(sessionId)
  const from = await tx.sessions.get(handoff.sessionId)
  const line = (of: Session, action: string, payload: Record<string, unknown>) =>
    tx.activities.append({ sessionId: of.id, at, actor, action, target: of.id, payload })
  await line(session, 'handoff.accepted', { handoff: handoff.id, from: from.id })
  if (session.id === from.id) return from
  if (session.parentId === null) await tx.sessions.update(session.id, { parentId: from.id, relation: 'hands_off' })
  await line(from, 'handoff.taken', { handoff: handoff.id, by: session.id })
  return from
}
