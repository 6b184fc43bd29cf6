/** `entries`: a transcript was read on; `presence`: a hook told what an agent is at; `activity`: anything else that was done. */
export const FEED_KINDS = ['activity', 'entries', 'presence'] as const
export type FeedKind = (typeof FEED_KINDS)[number]

/** Something that happened, for those who listen. It says what to look at again, and holds nothing that was said. */
export interface FeedEvent {
  /** Rises in the order in which things were committed, without regard to when they were begun. */
  position: number
  kind: FeedKind
  /** Null where it concerns no one session. */
  sessionId: string | null
  at: string
  /**
   * `{action, actor}`, `{presence}`, or `{entries, responses, transcriptId, records}`: `records` is the range, [from, to), that
   * holds the entries, absent where there are none.
   */
  payload: Record<string, unknown>
}

export type FeedDraft = Omit<FeedEvent, 'position'>
