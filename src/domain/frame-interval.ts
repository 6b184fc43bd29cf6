import type { ContextChangeKind, Frame } from './context.ts'

/** `declared`: said at the time. `inferred`: a suggestion that somebody accepted afterwards. */
export const INTERVAL_SOURCES = ['declared', 'inferred'] as const
export type IntervalSource = (typeof INTERVAL_SOURCES)[number]

/** From when to when a stack held: a fact, written in the transaction that changed it. It decides attribution. */
export interface FrameInterval {
  id: number
  sessionId: string
  /** Set where it held for one transcript alone: a subagent that changed its own stack. */
  transcriptId: number | null
  /** Null: from the session's beginning on. */
  fromAt: string | null
  /** Null while it holds. */
  toAt: string | null
  stack: Frame[]
  optedOut: boolean
  /** What began it. */
  change: ContextChangeKind
  source: IntervalSource
  by: string
  why: string | null
  /** The agent's id of the tool call that began it. */
  callId: string | null
}

/** What a stretch of work counts toward: `none` is on purpose, `unattributed` is nobody's word. */
export const ATTRIBUTIONS = ['ticket', 'none', 'unattributed'] as const
export type Attribution = (typeof ATTRIBUTIONS)[number]

export function attributionOf({ stack, optedOut }: Pick<FrameInterval, 'stack' | 'optedOut'>): Attribution {
  if (stack.length > 0) return 'ticket'
  return optedOut ? 'none' : 'unattributed'
}

/** From where on an interval decides in one transcript. */
export interface Cut {
  /** Rows of later records count toward it; -1: all of them; Infinity: none. */
  afterRecord: number
}

/** A stretch of records in which one interval decides: `fromRecord < record <= toRecord`. */
export interface Segment<T> {
  interval: T | undefined
  fromRecord: number
  toRecord: number
}

/**
 * Cuts one transcript into stretches of records by the intervals of its session, in the order they were written. A later
 * one always takes over from where it begins; where nothing was said yet, `interval` is undefined.
 */
export function segmentsOf<T extends Cut>(intervals: readonly T[]): Segment<T>[] {
  const segments: Segment<T>[] = [{ interval: undefined, fromRecord: -1, toRecord: Infinity }]
  for (const interval of intervals) {
    const from = interval.afterRecord
    while (segments.length > 0 && (segments.at(-1) as Segment<T>).fromRecord >= from) segments.pop()
    const last = segments.at(-1)
    if (last) last.toRecord = from
    segments.push({ interval, fromRecord: Math.max(-1, from), toRecord: Infinity })
  }
  return segments.filter((segment) => segment.fromRecord < segment.toRecord)
}
