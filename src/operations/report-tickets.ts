import { type Variance, compareToEstimate } from '../domain/estimate.ts'
import { activeMs } from '../domain/slice.ts'
import type { Ticket, TicketKind } from '../domain/ticket.ts'
import { type Tally, type TicketWork, addTally, emptyTally, ticketTree } from '../domain/work-tally.ts'
import type { WorkFilter } from '../stores/work-store.ts'
import type { OperationContext } from './operation.ts'
import { everyItem } from './page.ts'
import { mostFirst, tallyBy } from './report-figures.ts'
import { type RowDraft, inOrder } from './report-row.ts'

interface Asked {
  filter: WorkFilter
  /** One row for each ticket of this kind, with all that lies below it; absent: for each ticket. */
  kind?: TicketKind
  /** Tickets below a listed one as rows of their own. */
  children: boolean
}

/** Work by ticket, or by the tickets of a kind that tickets lie below. */
export async function byTicket(context: OperationContext, { filter, kind, children }: Asked): Promise<RowDraft[]> {
  const { store } = context
  const tallies = await tallyBy(context, filter, ({ attribution, ticketId }) => ticketId ?? attribution)
  const others = ['none', 'unattributed'] as const
  const drafts: RowDraft[] = others.flatMap((place) => {
    const total = tallies.get(place)
    return total === undefined ? [] : [{ place, total }]
  })
  const own = new Map([...tallies].filter(([key]) => !others.some((place) => place === key)))
  const ids = [...own.keys()]
  const known = new Map((await store.tickets.byIds(ids)).map((ticket) => [ticket.id, ticket]))
  const above = await store.tickets.ancestors(ids)
  for (const ticket of [...above.values()].flat()) known.set(ticket.id, ticket)
  const lineOf = (id: string): string[] => [id, ...(above.get(id) ?? []).map((ticket) => ticket.id)]
  const within = (id: string): string[] => {
    if (kind === undefined) return lineOf(id)
    const line = lineOf(id)
    return line.slice(0, line.findIndex((one) => known.get(one)?.kind === kind) + 1)
  }
  if (kind !== undefined) collect(own, within, drafts)
  const tree = ticketTree(own, (id) => within(id).slice(1), mostFirst)
  const actual = await actualTimes(context, filter, tree, known)
  const rows: (RowDraft & { depth: number })[] = tree.map(({ ticketId, depth, own: mine, total }) => {
    const ticket = known.get(ticketId)
    if (ticket === undefined) return { label: ticketId, depth, own: mine, total }
    const { ref: label, title } = ticket
    return { label, title, ticket: brief(ticket), depth, own: mine, total, estimate: actual.get(ticketId) ?? null }
  })
  if (children) return [...rows, ...inOrder(drafts)]
  // Folded, a row stands for all below it: nothing is left to add to what it took by itself.
  return inOrder([...rows.filter(({ depth }) => depth === 0), ...drafts])
}

/** Makes room for tickets of the kind that were not worked on themselves, and one row of what lies below none of them. */
function collect(own: Map<string, Tally>, within: (id: string) => string[], drafts: RowDraft[]): void {
  const rest = emptyTally()
  let some = false
  for (const [id, tally] of own) {
    const holder = within(id).at(-1)
    if (holder !== undefined) {
      if (!own.has(holder)) own.set(holder, emptyTally())
      continue
    }
    own.delete(id)
    addTally(rest, tally)
    some = true
  }
  if (some) drafts.push({ place: 'rest', total: rest })
}

function brief({ id, ref, tracker, title, kind, status, parentRef }: Ticket): NonNullable<RowDraft['ticket']> {
  return { id, ref, tracker, title, kind, status, parentRef }
}

/** An estimate is for all of a ticket, so what a range or a project leaves out is looked up. */
async function actualTimes(
  { store }: OperationContext,
  filter: WorkFilter,
  tree: readonly TicketWork[],
  known: ReadonlyMap<string, Ticket>,
): Promise<Map<string, Variance>> {
  const narrowed = Object.values(filter).some((value) => value !== undefined)
  const compared = new Map<string, Variance>()
  for (const { ticketId, total } of tree) {
    const minutes = known.get(ticketId)?.estimateMinutes ?? null
    if (minutes === null) continue
    let tookMs = total.activeMs
    if (narrowed) {
      const parts = await store.work.parts({ ticketIds: await withDescendants(store, ticketId) })
      tookMs = parts.reduce((sum, part) => sum + activeMs(part.active), 0)
    }
    compared.set(ticketId, compareToEstimate(tookMs, minutes))
  }
  return compared
}

async function withDescendants(store: OperationContext['store'], ticketId: string): Promise<string[]> {
  const found = new Set([ticketId])
  for (const parentId of found) {
    for await (const child of everyItem((page) => store.tickets.list({ parentId }, page))) found.add(child.id)
  }
  return [...found]
}
