import { randomBytes } from 'node:crypto'
import { type Offer, offerText } from '../domain/handoff-offer.ts'
import type { Session } from '../domain/session.ts'
import { name } from './filter.ts'
import { handoffsNow } from './handoff-expiry.ts'
import { handoffName } from './handoff-view.ts'
import type { OperationContext } from './operation.ts'

const MOST_OFFERS = 50

/** What a session that starts in a project is told of handoffs offered there; null where none is. Takes nothing. */
export async function offersFor(context: OperationContext, session: Session): Promise<string | null> {
  const { store, clock, caller } = context
  if (session.projectId === null) return null
  const page = await handoffsNow(context, { projectId: session.projectId, states: ['offered'] }, { limit: MOST_OFFERS })
  const handoffs = page.items.filter(({ sessionId }) => sessionId !== session.id)
  const offers = await Promise.all(
    handoffs.map(async (handoff): Promise<Offer> => {
      const { ticket, firstLine } = await handoffName(context, handoff)
      const { offeredBy, offeredAt, markdown, sessionId } = handoff
      const { agent, machineId, ...from } = await store.sessions.get(sessionId)
      const ageMs = Math.max(0, clock.now() - Date.parse(offeredAt))
      const own = machineId === store.machineId
      return { session: name(from), agent, offeredBy, ticket, ageMs, firstLine, markdown, own }
    }),
  )
  const [only] = handoffs
  if (only && handoffs.length === 1)
    await store.handoffs.shown(only.id, session.id, new Date(clock.now()).toISOString())
  const accept = (word: string) =>
    caller.channel === 'mcp' ? `accept_handoff(handoff="${word}")` : `daybook handoff accept ${word}`
  return offerText(offers, `recorded-${randomBytes(6).toString('hex')}`, accept)
}
