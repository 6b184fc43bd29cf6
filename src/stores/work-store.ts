import type { Attribution } from '../domain/frame-interval.ts'
import type { Interval } from '../domain/slice.ts'
import type { UsageTotals } from '../domain/usage.ts'

export interface WorkFilter {
  sessionId?: string
  projectId?: string
  agent?: string
  /** Only what counts toward these tickets themselves, not toward others below them. */
  ticketIds?: readonly string[]
  /** ISO, [from, to). */
  from?: string
  to?: string
  /** Tickets aside: all that a session did is one part, `unattributed`. Quicker where nobody asks for what. */
  undivided?: boolean
}

/** What one session did for one ticket, for none on purpose, or for nobody said what, in one period. */
export interface WorkPart {
  sessionId: string
  /** Place in `boundaries`; 0 without any. */
  period: number
  attribution: Attribution
  /** The ticket that was current; null unless `attribution` is `ticket`. */
  ticketId: string | null
  usage: UsageTotals
  /** When it was worked on, merged over the session's transcripts: their sum is `activeMs`. */
  active: Interval[]
}

/** What can be counted of work: entries, tool calls and those that failed, changes of files, commits seen. */
export const WORK_COUNTS = ['entries', 'calls', 'failedCalls', 'fileChanges', 'commits'] as const

export type WorkCountKind = (typeof WORK_COUNTS)[number]

/** How many of each kind that was asked for. */
export interface WorkCount extends Pick<WorkPart, 'sessionId' | 'period' | 'attribution' | 'ticketId'> {
  counts: Partial<Record<WorkCountKind, number>>
}

/** By what work of whole sessions is added up; `all`: by nothing. */
export const WORK_GROUPS = ['all', 'project', 'person', 'agent', 'session'] as const
export type WorkGroup = (typeof WORK_GROUPS)[number]

/** What sessions did as a whole in one period, added up: nobody said for what, or nobody asked. */
export interface WorkSum {
  /** The id of project or session, the person, the agent; null where it is not recorded, and for `all`. */
  key: string | null
  period: number
  usage: UsageTotals
  /** When they were worked on, as it came: parallel work more than once. */
  active: Interval[]
  /** Of each session by itself, merged over its transcripts, added up. */
  activeMs: number
  calls: number
  failedCalls: number
  /** Row ids, where a session may be in several sums. */
  sessionIds: Set<number>
  /** How many others, each in this sum alone. */
  sessions: number
}

/** Work as reports add it up: sums of sessions in which one thing held, and the others in parts. */
export interface WorkSums {
  whole: WorkSum[]
  /** `key` as sums have it. */
  parts: (WorkPart & Pick<WorkSum, 'key'>)[]
  /** `calls` and `failedCalls`. */
  counts: (WorkCount & Pick<WorkSum, 'key'>)[]
}

/** What was done for which ticket: usage from rows, time from slices. The one place that answers it. */
export interface WorkStore {
  /**
   * By session, ticket and period: exact to the row, nothing left out, nothing twice. Sums over all parts equal the usage of
   * the same filter.
   *
   * @param boundaries ISO, ascending: cuts into as many periods less one; absent: one period
   * @param idleMs how long after a person's last call their time goes on
   */
  parts(filter: WorkFilter, boundaries?: readonly string[], idleMs?: number): Promise<WorkPart[]>
  /** What was done, counted the same way: each where its record lies. Inherited and withdrawn records count nowhere. */
  counts(kinds: readonly WorkCountKind[], filter: WorkFilter, boundaries?: readonly string[]): Promise<WorkCount[]>
  /** Ids of sessions with work in the range, all of it unattributed; those that were pruned aside. The last active first. */
  unattributed(filter: Omit<WorkFilter, 'ticketIds' | 'undivided'>): Promise<string[]>
  /**
   * What `parts` and `counts` say, with sessions that never stood on anything added up by the engine: those are most of a long
   * history.
   */
  sums(
    group: WorkGroup,
    filter: Omit<WorkFilter, 'sessionId' | 'ticketIds'>,
    boundaries?: readonly string[],
  ): Promise<WorkSums>
  /** Works out what `sums` reads, where much of it has changed: whoever asks first would wait for it. */
  keep(): Promise<void>
  /** `sums` by session of all time, undivided: the dearest so many, and those of people without an agent, as parts. */
  dearest(filter: Pick<WorkFilter, 'projectId' | 'agent'>, limit: number): Promise<WorkSums>
}
