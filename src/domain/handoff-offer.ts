import { formatDuration, plural } from './format.ts'
import type { Handoff } from './handoff.ts'
import { cutText, inLine } from './markdown-text.ts'
import { fenced, quotable } from './recorded-text.ts'

/** A handoff that waits to be taken, as a session that starts is told of it. */
export interface Offer {
  /** Key or ref of the session that offers it. */
  session: string
  agent: string
  offeredBy: string
  /** Ref of the ticket it is for. */
  ticket: string | null
  ageMs: number
  firstLine: string
  markdown: string
  /** From this machine: what came from elsewhere is named and not shown. */
  own: boolean
}

/** So long a handoff is offered: over a weekend and a week away. Afterwards it is history, and can be read. */
export const OFFERED_MS = 14 * 24 * 3_600_000

/** Offers of before that moment (ISO) have expired. */
export function offersEndAt(nowMs: number): string {
  return new Date(nowMs - OFFERED_MS).toISOString()
}

export function isOverdue({ state, offeredAt }: Pick<Handoff, 'state' | 'offeredAt'>, nowMs: number): boolean {
  return state === 'offered' && offeredAt < offersEndAt(nowMs)
}

const MOST_LISTED = 10
const MOST_BYTES = 6000

/**
 * What a session is told of handoffs offered where it starts: one whole, several as a list. It is marked as an offer, and
 * what was recorded in it as a quotation; reading it takes nothing. Null where nothing is offered.
 *
 * @param nonce random, made for this one reply
 * @param accept how the reader takes one: `daybook handoff accept SESSION-003`
 */
export function offerText(offers: readonly Offer[], nonce: string, accept: (session: string) => string): string | null {
  const [first] = offers
  if (!first) return null
  if (offers.length === 1 && first.own) {
    const what = `${about(first)} offers a handoff. It is an offer: nothing is taken until you call ${accept(first.session)}.`
    return `${what}\n${fenced(cutText(quotable(first.markdown), MOST_BYTES), nonce)}`
  }
  const lines = offers
    .slice(0, MOST_LISTED)
    .map((offer) => (offer.own ? `${about(offer)}: ${inLine(offer.firstLine)}` : about(offer)))
  const more = offers.length > MOST_LISTED ? [`and ${offers.length - MOST_LISTED} more: daybook handoff list`] : []
  const what = `${plural(offers.length, 'handoff')} offered here. Nothing is taken until you call ${accept(first.session)} or name another.`
  return `${what}\n${fenced([...lines, ...more].join('\n'), nonce)}`
}

/** What a session is told of the handoff that it took by going on: after `/clear`, a resume or a compaction. It is not told again. */
export function takenText(session: string, markdown: string, nonce: string): string {
  const what = `The handoff of ${session} is taken over: this session goes on from it.`
  return `${what}\n${fenced(cutText(quotable(markdown), MOST_BYTES), nonce)}`
}

function about({ session, agent, offeredBy, ticket, ageMs }: Offer): string {
  const when = ageMs < 60_000 ? 'just now' : `${formatDuration(ageMs)} ago`
  const on = ticket === null ? '' : `, on ${inLine(ticket)}`
  return `${session} (${inLine(agent)}, by ${inLine(offeredBy)}${on}, ${when})`
}
