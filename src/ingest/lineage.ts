import { associationOf } from '../domain/context.ts'
import type { Session } from '../domain/session.ts'
import type { Store } from '../stores/store.ts'
import { type Taking, takeHandoffs } from './take-handoffs.ts'

/**
 * The agent's process goes on in another session (`/clear`, a resume from within): that one continues the old, stands where it
 * stood, and holds the tickets it held. What was decided for the new session already stays.
 */
export async function followLineage(
  tx: Store,
  oldId: string,
  session: Session,
  when: Omit<Taking, 'sessionId'>,
): Promise<void> {
  const { at, actor: by } = when
  const old = await tx.sessions.find(oldId)
  if (!old || old.agent !== session.agent) return
  await tx.presence.note(old.id, 'gone', Date.parse(at), null)
  if (session.parentId === null) await tx.sessions.update(session.id, { parentId: old.id, relation: 'continues' })
  await takeHandoffs(tx, { sessionId: old.id }, { ...when, sessionId: session.id })
  const standing = await tx.contexts.get(old.id)
  if (associationOf(standing) === 'undecided') return
  if (associationOf(await tx.contexts.get(session.id)) !== 'undecided') return
  await tx.contexts.change({
    sessionId: session.id,
    context: standing,
    change: standing.optedOut ? 'opt_out' : 'push',
    fromAt: null,
    by,
    why: 'continues',
  })
  for (const { ticketId } of standing.stack) await tx.tickets.claim(ticketId, session.id, old.id, at)
  const current = standing.stack.at(-1)
  if (current) await tx.tickets.link({ sessionId: session.id, ticketId: current.ticketId, action: 'worked_on', at, by })
}
