import type { Invocation } from '../domain/invocation.ts'
import type { TurnCall, TurnUsage } from '../domain/outline.ts'

/** A call as an outline tells it. */
export interface OutlineCall extends TurnCall {
  /** The id of its `tool_call` entry. */
  entryId: string
  /** Of those that failed alone. */
  failure: Pick<Invocation, 'tool' | 'subject' | 'exitCode'> | null
}

/** All of a session at once, and of each call and response no more than its place and its sums: there may be tens of thousands. */
export interface OutlineStore {
  /** Oldest first. Inherited ones count where they were made. */
  calls(sessionId: string): Promise<OutlineCall[]>
  /** Transcript by transcript in file order. */
  usage(sessionId: string): Promise<TurnUsage[]>
}
