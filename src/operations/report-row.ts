import type { Variance } from '../domain/estimate.ts'
import type { Ticket } from '../domain/ticket.ts'
import { addTally, emptyTally } from '../domain/work-tally.ts'
import type { Tally } from '../domain/work-tally.ts'
import { type ReportFigures, figuresOf, mostFirst } from './report-figures.ts'

/**
 * What a row stands for: `value` for one of what was asked by, `rest` for work that belongs to none of them, `none` for work
 * that belongs to no ticket on purpose, `unattributed` where nobody said.
 */
export type RowPlace = 'value' | 'rest' | 'none' | 'unattributed'

/** A ticket as reports name it. */
export type ReportTicket = Pick<Ticket, 'id' | 'ref' | 'tracker' | 'title' | 'kind' | 'status' | 'parentRef'>

export interface ReportRow {
  place: RowPlace
  /** A ref, a day, a name; null where `place` says all there is to say. */
  label: string | null
  title: string | null
  ticket: ReportTicket | null
  sessionId: string | null
  /** How many rows above it include it; their `total` does, the foot does not count it twice. */
  depth: number
  own: ReportFigures
  /** With all that lies below it. */
  total: ReportFigures
  /** How the ticket, since it began, compares with its estimate; null without one. */
  estimate: Variance | null
}

/** A row on its way: figures not worked out yet. */
export interface RowDraft extends Partial<
  Pick<ReportRow, 'place' | 'label' | 'title' | 'ticket' | 'sessionId' | 'depth'>
> {
  own?: Tally
  total: Tally
  estimate?: Variance | null
  /** Only its usage can be told. */
  timeless?: boolean
}

export function rowOf({ own, total, timeless, ...draft }: RowDraft): ReportRow {
  const figures = figuresOf(total, timeless)
  return {
    place: 'value',
    label: null,
    title: null,
    ticket: null,
    sessionId: null,
    depth: 0,
    estimate: null,
    ...draft,
    own: own === undefined ? figures : figuresOf(own, timeless),
    total: figures,
  }
}

const LAST: readonly RowPlace[] = ['rest', 'none', 'unattributed']

/** Dearest first; what belongs to none of the rows behind them. */
export function inOrder(drafts: readonly RowDraft[]): RowDraft[] {
  const rank = ({ place = 'value' }: RowDraft): number => LAST.indexOf(place)
  return drafts.toSorted((a, b) => rank(a) - rank(b) || mostFirst(a, b))
}

/** The foot: what the rows shown add up to. Where those below others are shown too, each counts what it took by itself. */
export function footOf(drafts: readonly RowDraft[], unfolded: boolean): ReportFigures {
  const foot = emptyTally()
  for (const { own, total } of drafts) addTally(foot, (unfolded ? own : undefined) ?? total)
  return figuresOf(
    foot,
    drafts.some(({ timeless }) => timeless),
  )
}
