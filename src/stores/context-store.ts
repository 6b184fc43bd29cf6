import type { Context, ContextChangeKind } from '../domain/context.ts'
import type { FrameInterval, IntervalSource } from '../domain/frame-interval.ts'
import type { Interval } from '../domain/slice.ts'
import type { Page, PageRequest } from './page.ts'

export interface IntervalDraft {
  sessionId: string
  context: Context
  change: ContextChangeKind
  /** ISO; null: from the session's beginning on. */
  fromAt: string | null
  by: string
  why?: string | null
  source?: IntervalSource
  /** The agent's id of the tool call that does it. */
  callId?: string | null
  /** Set for a change that a subagent makes for itself. */
  transcriptId?: number | null
}

/** A stretch in which a person worked; ISO. */
export interface PersonTime {
  from: string
  /** The last call of it. */
  last: string
  /** Null while it goes on. */
  to: string | null
}

/** Context stacks: how each stands now, and from when to when each stood how. */
export interface ContextStore {
  /** A session's stack as it stands. Inside a transaction nobody else changes it until that ends. */
  get(sessionId: string, transcriptId?: number): Promise<Context>
  /** Ends the interval that holds, begins the next one, and is the session's stack from now on. */
  change(draft: IntervalDraft): Promise<FrameInterval>
  /** Newest first. */
  history(filter: { sessionId: string }, page: PageRequest): Promise<Page<FrameInterval>>
  /**
   * Notes that a person works: a session without transcript has no other clock. Calls further apart than the idle limit
   * begin a new stretch; what lies between is returned, for the person to say whether it counts.
   */
  personCall(sessionId: string, atMs: number, idleMs: number): Promise<Interval | null>
  /** Ends the stretch that goes on. */
  personStop(sessionId: string, atMs: number, idleMs: number): Promise<void>
  /** Stretches in which a person worked, as they were noted, the first first. */
  personTime(sessionId: string): Promise<PersonTime[]>
  /** Adds a stretch that a person says was work. */
  addPersonTime(sessionId: string, interval: Interval): Promise<void>
}
