/** What an entry is. A transcript is a list of these, in file order. */
export const ENTRY_TYPES = ['message', 'thinking', 'tool_call', 'tool_result', 'compaction', 'plan', 'title'] as const
export type EntryType = (typeof ENTRY_TYPES)[number]

/** Who speaks. Where a view shows messages, a `tool_result` is role `tool`. */
export const ROLES = ['user', 'assistant', 'system', 'tool'] as const
export type Role = (typeof ROLES)[number]

/** Facts about an entry that are true or not, kept as bits. */
export const ENTRY_FLAG = {
  /** A copy of a record that an earlier transcript holds: listed, never counted. */
  inherited: 1,
  /** Text that Daybook itself put there. Out of search and counts unless asked. */
  injected: 2,
  /** Not typed by a person although the role is user: command wrappers, caveats, interruptions. */
  meta: 4,
  /** The summary text a compaction left behind. */
  summary: 8,
  /** A tool call or result that failed. */
  failed: 16,
  /** Inside a subagent's own conversation. */
  sidechain: 32,
  /** Taken back by the agent (a rewind, a rewritten document): kept, never shown or counted unless asked. */
  withdrawn: 64,
} as const
export type EntryFlag = keyof typeof ENTRY_FLAG

/** One step of a plan (a todo list) as it stood. */
export interface PlanItem {
  text: string
  status: 'pending' | 'in_progress' | 'completed' | 'cancelled'
}

/** What an entry says, by `type`. Materialised from the archive; never stored beside it. */
export type EntryContent =
  | { type: 'message'; text: string; images?: number; callId?: string }
  | { type: 'thinking'; text: string; encrypted?: boolean }
  | { type: 'tool_call'; tool: string; server?: string; callId: string; input: unknown }
  | { type: 'tool_result'; callId: string; text: string; failed: boolean; images?: number }
  | { type: 'compaction'; text: string; trigger?: string; tokensBefore?: number; tokensAfter?: number }
  | { type: 'plan'; items: PlanItem[] }
  | { type: 'title'; text: string }

/** One item of a transcript. `content` is present where the caller asked for it. */
export interface Entry {
  /** Stable across re-index; see `entryId`. */
  id: string
  sessionId: string
  transcriptId: number
  type: EntryType
  role: Role
  /** ISO-8601 UTC. The record's own time, or its neighbour's where it has none (`timeInferred`). */
  at: string
  /** 0-based ordinal of the record in its transcript: its place in file order. */
  record: number
  /** 0-based place inside the record. */
  block: number
  flags: EntryFlag[]
  /** Tool name of a `tool_call`, else null. */
  tool: string | null
  content?: EntryContent
}

/** The flags set in a bit mask, by name. */
export function entryFlags(bits: number): EntryFlag[] {
  // Of most entries none is set.
  if (bits === 0) return []
  return (Object.keys(ENTRY_FLAG) as EntryFlag[]).filter((flag) => (bits & ENTRY_FLAG[flag]) !== 0)
}
