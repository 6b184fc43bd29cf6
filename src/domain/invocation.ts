/** What a tool call does, in words that hold for every agent. */
export const INVOCATION_KINDS = [
  'command',
  'read',
  'edit',
  'search',
  'web',
  'subagent',
  'plan',
  'mcp',
  'other',
] as const
export type InvocationKind = (typeof INVOCATION_KINDS)[number]

/** `unanswered`: no result is recorded (crash, cut off): not a success. */
export const OUTCOMES = ['ok', 'error', 'unanswered'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** One tool call with its outcome. */
export interface Invocation {
  /** The id of its `tool_call` entry. */
  id: string
  sessionId: string
  transcriptId: number
  tool: string
  /** MCP server, null for the agent's own tools. */
  server: string | null
  kind: InvocationKind
  /** What the call was about in one line: command, path, pattern, URL. At most 200 characters. */
  subject: string
  startedAt: string
  /** Tool time: as the agent states it, else from call to result, with any wait for a person; null without a result. */
  durationMs: number | null
  outcome: Outcome
  /** As the agent records it; null where it does not. */
  exitCode: number | null
  /** Ordinals of the records of the call and of its result. */
  record: number
  resultRecord: number | null
}

export const FILE_CHANGES = ['create', 'edit', 'delete'] as const
export type FileChangeKind = (typeof FILE_CHANGES)[number]

/** One change of one file by one tool call. Line counts are null where the agent does not record them. */
export interface FileChange {
  path: string
  kind: FileChangeKind
  linesAdded: number | null
  linesRemoved: number | null
  at: string
  sessionId: string
  /** The id of the `tool_call` entry. */
  entryId: string
}

/** A commit as a tool's output showed it; verified against git elsewhere. */
export interface CommitSeen {
  hash: string
  subject: string
  branch: string | null
  at: string
  sessionId: string
  entryId: string
}
