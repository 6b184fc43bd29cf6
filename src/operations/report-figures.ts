import { type Tally, addTally, elapsedMs, emptyTally, tallyPart } from '../domain/work-tally.ts'
import type { WorkFilter, WorkGroup, WorkSums } from '../stores/work-store.ts'
import type { OperationContext } from './operation.ts'
import { type UsageView, usageView } from './usage-view.ts'

/**
 * What work took. `activeMs` adds up what each session took; `elapsedMs` counts once what went on at the same time. Null where
 * they cannot be told: a model has no time of its own.
 */
export interface ReportFigures extends UsageView {
  activeMs: number | null
  elapsedMs: number | null
  sessions: number | null
  calls: number | null
  failedCalls: number | null
}

const UNKNOWN = { activeMs: null, elapsedMs: null, sessions: null, calls: null, failedCalls: null }

export function figuresOf(tally: Tally, timeless = false): ReportFigures {
  const { activeMs, calls, failedCalls, sessionIds, sessions: more, usage } = tally
  if (timeless) return { ...UNKNOWN, ...usageView(usage) }
  const figures = { activeMs, elapsedMs: elapsedMs(tally), sessions: sessionIds.size + more, calls, failedCalls }
  return { ...figures, ...usageView(usage) }
}

/** What work belongs to in a report. */
export interface Place {
  period: number
  attribution: 'ticket' | 'none' | 'unattributed'
  ticketId: string | null
  /** What sessions are added up by; null for `all`, and where it is not recorded. */
  key: string | null
}

/** Adds up work by a key that is made of where it belongs; in the order in which keys appear. */
export async function tallyBy<Key>(
  { store }: Pick<OperationContext, 'store'>,
  filter: WorkFilter,
  keyOf: (place: Place) => Key,
  { group = 'all', boundaries }: { group?: WorkGroup; boundaries?: readonly string[] } = {},
): Promise<Map<Key, Tally>> {
  return talliesOf(await store.work.sums(group, filter, boundaries), keyOf)
}

export function talliesOf<Key>({ whole, parts, counts }: WorkSums, keyOf: (place: Place) => Key): Map<Key, Tally> {
  const tallies = new Map<Key, Tally>()
  const at = (place: Place): Tally => {
    const key = keyOf(place)
    let tally = tallies.get(key)
    if (tally === undefined) tallies.set(key, (tally = emptyTally()))
    return tally
  }
  for (const { key, period, ...sum } of whole)
    addTally(at({ period, attribution: 'unattributed', ticketId: null, key }), sum)
  for (const part of parts) tallyPart(at(part), part)
  for (const place of counts) {
    const tally = at(place)
    tally.sessionIds.add(place.sessionId)
    tally.calls += place.counts.calls ?? 0
    tally.failedCalls += place.counts.failedCalls ?? 0
  }
  return tallies
}

/** Dearest first, then by output, then by time. */
export function mostFirst(a: { total: Tally }, b: { total: Tally }): number {
  return (
    b.total.usage.costMicrodollars - a.total.usage.costMicrodollars ||
    b.total.usage.outputTokens - a.total.usage.outputTokens ||
    b.total.activeMs - a.total.activeMs
  )
}
