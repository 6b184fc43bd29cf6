/** `offered` -> `accepted`, or `superseded` by a newer one of its session, or `expired`. */
export const HANDOFF_STATES = ['offered', 'accepted', 'superseded', 'expired'] as const
export type HandoffState = (typeof HANDOFF_STATES)[number]

/** What the next agent or person needs to carry on, and who took it. Its content never changes. */
export interface Handoff {
  id: string
  sessionId: string
  projectId: string | null
  ticketId: string | null
  /** Version of the payload's shape. */
  version: number
  payload: Record<string, unknown>
  markdown: string
  /** Lower-case hex SHA-256 of the Markdown. */
  sha256: string
  state: HandoffState
  offeredAt: string
  offeredBy: string
  /** First shown to somebody. Showing is not accepting. */
  shownAt: string | null
  shownToSessionId: string | null
  acceptedAt: string | null
  acceptedBy: string | null
  acceptedBySessionId: string | null
  supersededAt: string | null
  /** The handoff that took its place. */
  supersededById: string | null
  expiredAt: string | null
}
