import * as z from 'zod/mini'
import { activeMs as sumOf, mergeIntervals } from '../domain/slice.ts'
import type { Interval } from '../domain/slice.ts'
import { addUsage, emptyUsage } from '../domain/usage.ts'
import type { WorkPart } from '../stores/work-store.ts'
import { text } from './fields.ts'
import { findTicket } from './find-ticket.ts'
import { defineOperation } from './operation.ts'
import { type SessionName, sessionName } from './session-view.ts'
import { descendantsOf } from './ticket-figures.ts'
import { type TicketName, ticketName } from './ticket-view.ts'
import { type UsageView, usageView } from './usage-view.ts'

/** What one session did for a ticket and what lies below it. */
export interface WorkOfSession {
  session: SessionName
  activeMs: number
  usage: UsageView
  failedCalls: number
  /** When, sorted, without overlap. */
  spans: Interval[]
}

export interface TicketWork {
  ticket: TicketName
  /** The one that began first comes first. */
  items: WorkOfSession[]
  total: number
  nextCursor: null
}

export const ticketWork = defineOperation({
  name: 'ticket.work',
  summary: 'Show which session worked on a ticket, when, and what it took there.',
  input: z.object({
    ticket: text('the ticket, by ref'),
    tracker: z.optional(text('the tracker it is in, where several have that ref')),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  async handle({ store }, input): Promise<TicketWork> {
    const ticket = await findTicket(store, input.ticket, input.tracker)
    const ticketIds = [ticket.id, ...(await descendantsOf(store, ticket.id)).map(({ id }) => id)]
    const [parts, counts] = await Promise.all([
      store.work.parts({ ticketIds }),
      store.work.counts(['failedCalls'], { ticketIds }),
    ])
    const bySession = Map.groupBy(parts, ({ sessionId }) => sessionId)
    const items: WorkOfSession[] = []
    for (const [id, own] of bySession) {
      const failed = counts.filter(({ sessionId }) => sessionId === id)
      const failedCalls = failed.reduce((sum, one) => sum + (one.counts.failedCalls ?? 0), 0)
      items.push({ session: sessionName(await store.sessions.get(id)), failedCalls, ...figuresOf(own) })
    }
    items.sort((a, b) => (a.spans[0]?.startMs ?? 0) - (b.spans[0]?.startMs ?? 0))
    return { ticket: ticketName(ticket), items, total: items.length, nextCursor: null }
  },
})

function figuresOf(parts: readonly WorkPart[]): Pick<WorkOfSession, 'activeMs' | 'usage' | 'spans'> {
  const usage = emptyUsage()
  for (const part of parts) addUsage(usage, part.usage)
  return {
    activeMs: parts.reduce((sum, { active }) => sum + sumOf(active), 0),
    usage: usageView(usage),
    spans: mergeIntervals(parts.flatMap(({ active }) => active)),
  }
}
