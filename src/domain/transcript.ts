export const TRANSCRIPT_KINDS = ['main', 'subagent'] as const
export type TranscriptKind = (typeof TRANSCRIPT_KINDS)[number]

/** One agent's recorded conversation: one file, or one conversation in a database. It feeds one session. */
export interface Transcript {
  /** Row id, stable in one store. */
  id: number
  sessionId: string
  agent: string
  kind: TranscriptKind
  /** The agent's own id of this conversation: the session's for `main`, the subagent's for `subagent`. */
  externalId: string
  path: string
  /** Tool-use id of the call in the parent that started this subagent, where known. */
  parentCallId: string | null
  title: string | null
  startedAt: string | null
  lastActivityAt: string | null
  recordCount: number
  /** Bytes of the source that are archived. */
  sizeBytes: number
  problemCount: number
  /** When the source was last seen; null while it is there. The archive keeps what a vendor deleted. */
  sourceGoneAt: string | null
}
