import { randomBytes } from 'node:crypto'
import { type Offer, offerText, takenText } from '../domain/handoff-offer.ts'
import type { Session } from '../domain/session.ts'
import { name } from './filter.ts'
import { handoffsNow } from './handoff-expiry.ts'
import { handoffName } from './handoff-view.ts'
import type { OperationContext } from './operation.ts'

const MOST_OFFERS = 50
/** A start is answered within a second of what it took. */
const JUST_TAKEN_MS = 60_000

/** Text about handoffs, and the session by which the first of them is read. */
export interface HandoffsTold {
  text: string
  session: string
}

/** What a session that starts in a project is told of handoffs offered there; null where none is. Takes nothing. */
export async function offersFor(context: OperationContext, session: Session): Promise<HandoffsTold | null> {
  const { store, clock, caller } = context
  if (session.projectId === null) return null
  const offered = { projectId: session.projectId, states: ['offered'], withoutWaiting: true } as const
  const page = await handoffsNow(context, offered, { limit: MOST_OFFERS })
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
  const text = offerText(offers, nonce(), accept)
  return text === null || offers[0] === undefined ? null : { text, session: offers[0].session }
}

/** What a session that goes on is told of the handoff it took by that; null where it took none. */
export async function takenBy(context: OperationContext, session: Session): Promise<HandoffsTold | null> {
  const { store, clock } = context
  const since = new Date(clock.now() - JUST_TAKEN_MS).toISOString()
  for (const from of [session.id, session.parentId]) {
    if (from === null) continue
    const { items } = await store.handoffs.list({ sessionId: from, states: ['accepted'] }, { limit: 1 })
    const [handoff] = items.filter(({ acceptedBySessionId, acceptedAt }) => {
      return acceptedBySessionId === session.id && acceptedAt !== null && acceptedAt >= since
    })
    if (handoff === undefined) continue
    const word = name(await store.sessions.get(from))
    return { text: takenText(word, handoff.markdown, nonce()), session: word }
  }
  return null
}

function nonce(): string {
  return `recorded-${randomBytes(6).toString('hex')}`
}
