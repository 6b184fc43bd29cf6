import { mergeIntervals } from './slice.ts'
import type { Interval } from './slice.ts'
import { addUsage, emptyUsage } from './usage.ts'
import type { UsageTotals } from './usage.ts'

/** Work as it is added up: what may be summed, and what has to be kept apart until the end. */
export interface Tally {
  activeMs: number
  active: Interval[]
  /** Sessions by id, or by row id where the store added them up. */
  sessionIds: Set<string | number>
  /** How many more, each of which is in one tally alone. */
  sessions: number
  calls: number
  failedCalls: number
  usage: UsageTotals
}

export function emptyTally(): Tally {
  return { activeMs: 0, active: [], sessionIds: new Set(), sessions: 0, calls: 0, failedCalls: 0, usage: emptyUsage() }
}

/** Adds what one session did: `active` without overlap. */
export function tallyPart(
  into: Tally,
  part: { sessionId: string; usage: UsageTotals; active: readonly Interval[] },
): void {
  into.sessionIds.add(part.sessionId)
  addUsage(into.usage, part.usage)
  for (const interval of part.active) {
    into.activeMs += interval.endMs - interval.startMs
    into.active.push(interval)
  }
}

/** Adds one to another. */
export function addTally(
  into: Tally,
  sum: Omit<Tally, 'sessionIds'> & { sessionIds: ReadonlySet<string | number> },
): Tally {
  into.activeMs += sum.activeMs
  into.calls += sum.calls
  into.failedCalls += sum.failedCalls
  into.sessions += sum.sessions
  addUsage(into.usage, sum.usage)
  for (const interval of sum.active) into.active.push(interval)
  for (const id of sum.sessionIds) into.sessionIds.add(id)
  return into
}

/** The time in which anything went on: what ran at once counts once, in milliseconds. */
export function elapsedMs({ active }: Pick<Tally, 'active'>): number {
  return mergeIntervals(active).reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
}

/** What a ticket took: by itself, and with all that lies below it. */
export interface TicketWork {
  ticketId: string
  /** How many of the listed tickets it lies below. */
  depth: number
  own: Tally
  total: Tally
}

/**
 * Tickets that were worked on, each once: those below another listed one after it, so that the totals of depth 0 add up to all
 * there is, and so does what each took by itself.
 *
 * @param own what counts toward each ticket itself
 * @param ancestors ids of each ticket's known ancestors, nearest first
 * @param compare orders tickets that lie side by side
 */
export function ticketTree(
  own: ReadonlyMap<string, Tally>,
  ancestors: (ticketId: string) => readonly string[],
  compare: (a: TicketWork, b: TicketWork) => number,
): TicketWork[] {
  const below = new Map<string | undefined, string[]>()
  for (const id of own.keys()) {
    const above = ancestors(id).find((one) => one !== id && own.has(one))
    below.set(above, [...(below.get(above) ?? []), id])
  }
  const placed = new Set<string>()
  const branch = (id: string, depth: number): TicketWork[] => {
    placed.add(id)
    const mine = own.get(id) as Tally
    const total = addTally(emptyTally(), mine)
    const inner = branches(id, depth + 1)
    for (const one of inner) if (one.depth === depth + 1) addTally(total, one.total)
    return [{ ticketId: id, depth, own: mine, total }, ...inner]
  }
  const branches = (above: string | undefined, depth: number): TicketWork[] =>
    (below.get(above) ?? [])
      .filter((id) => !placed.has(id))
      .map((id) => branch(id, depth))
      .sort(([a], [b]) => compare(a as TicketWork, b as TicketWork))
      .flat()
  const tree = branches(undefined, 0)
  // Tickets that lie in a circle have nobody above them all.
  for (const id of own.keys()) if (!placed.has(id)) tree.push(...branch(id, 0))
  return tree
}
