import { type Variance, compareToEstimate } from '../domain/estimate.ts'
import { activeMs } from '../domain/slice.ts'
import type { Ticket } from '../domain/ticket.ts'
import { addUsage, emptyUsage } from '../domain/usage.ts'
import type { Store } from '../stores/store.ts'
import type { WorkPart } from '../stores/work-store.ts'
import { everyItem } from './page.ts'
import { type UsageView, usageView } from './usage-view.ts'

/** What was done for tickets: active time of all sessions, parallel ones added up, and what it took. */
export interface WorkFigures {
  activeMs: number
  usage: UsageView
  sessions: number
}

/** What a ticket took: itself, and with all that lies below it. */
export interface TicketFigures {
  own: WorkFigures
  total: WorkFigures
  /** The total against its estimate; null without one. */
  variance: Variance | null
}

export async function figuresOf(store: Store, ticket: Pick<Ticket, 'id' | 'estimateMinutes'>): Promise<TicketFigures> {
  const below = await descendantsOf(store, ticket.id)
  const parts = await store.work.parts({ ticketIds: [ticket.id, ...below.map(({ id }) => id)] })
  const total = sumOf(parts)
  return {
    own: sumOf(parts.filter(({ ticketId }) => ticketId === ticket.id)),
    total,
    variance: ticket.estimateMinutes === null ? null : compareToEstimate(total.activeMs, ticket.estimateMinutes),
  }
}

function sumOf(parts: readonly WorkPart[]): WorkFigures {
  const usage = emptyUsage()
  let active = 0
  for (const part of parts) {
    addUsage(usage, part.usage)
    active += activeMs(part.active)
  }
  return {
    activeMs: active,
    usage: usageView(usage),
    sessions: new Set(parts.map(({ sessionId }) => sessionId)).size,
  }
}

/** All that lies below a ticket, nearest first. */
export async function descendantsOf(store: Store, ticketId: string): Promise<Ticket[]> {
  const found: Ticket[] = []
  const seen = new Set([ticketId])
  let level = [ticketId]
  while (level.length > 0) {
    const next: string[] = []
    for (const parentId of level) {
      for await (const child of everyItem((page) => store.tickets.list({ parentId }, page))) {
        if (seen.has(child.id)) continue
        seen.add(child.id)
        found.push(child)
        next.push(child.id)
      }
    }
    level = next
  }
  return found
}
