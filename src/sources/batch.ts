import type { EntryType, PlanItem, Role } from '../domain/entry.ts'
import type { FileChangeKind, InvocationKind } from '../domain/invocation.ts'
import type { TitleSource } from '../domain/session.ts'
import type { TranscriptKind } from '../domain/transcript.ts'
import type { TokenCounts } from '../domain/usage.ts'
import type { RawRecords } from './raw-records.ts'
import type { AttachmentRef, FileIdentity } from './file-identity.ts'

/** Where reading stopped, as JSON. `state` is the parser's own. */
export interface Cursor {
  file: FileIdentity
  /** Bytes consumed, always at the end of a record. */
  offset: number
  /** SHA-256 (hex) of the first `headBytes` bytes of the source, at most 4,096. */
  headHash: string
  headBytes: number
  /** SHA-256 (hex) of the last `tailBytes` bytes before `offset`, at most 256: tells an append from a rewrite. */
  tailHash: string
  tailBytes: number
  /** 0-based line of the source that comes next. */
  line: number
  /** Ordinal of the next record. Goes on rising when a source is read again from its start. */
  record: number
  /** Ordinal of the first record of this reading from the start. */
  baseRecord: number
  state: unknown
}

/** What one stretch of a transcript brought. */
export interface Batch {
  /** Where to go on after this batch. Absent on a batch that is not at a safe place to stop. */
  cursor: Cursor
  /**
   * True on the first batch of a reading from the start although something was read before: the source was truncated,
   * replaced or rewritten. Entries of earlier readings that do not come again are withdrawn once `done`.
   */
  restarted?: boolean
  /**
   * True on all batches of a source whose agent writes it anew at every change: what an earlier reading brought and this
   * one does not is kept as withdrawn once `done`, with its records; its usage still counts.
   */
  rewritten?: boolean
  /**
   * Ordinals of records the agent took back: a rewind, a deleted row, an older state of a record that is in this batch
   * again. What of them did not come again under a later ordinal is marked withdrawn; its usage and calls still count.
   */
  withdrawn?: number[]
  /** True on the last batch: all of the source as it is now has been read. */
  done: boolean
  /** Raw redacted records in source order. */
  records: RawRecords
  entries: EntryDraft[]
  usage: UsageDraft[]
  invocations: InvocationDraft[]
  results: InvocationResult[]
  fileChanges: FileChangeDraft[]
  commits: CommitDraft[]
  facts: TranscriptFacts
  problems: ProblemDraft[]
  /** Files beside the transcript that its records name. Those that are there are archived. */
  attachments?: Pick<AttachmentRef, 'path' | 'relativePath'>[]
  /** Record types and fields the parser does not know, with counts. Names only, never content. */
  unknown: Record<string, number>
}

export interface EntryDraft {
  record: number
  block: number
  /** Stands in for `block` in the entry's identity, where a record is a list whose items may move. */
  part?: number
  /** The record's own id (`uuid`), the same in every copy; for records without one, made from the line's content. */
  recordId: string
  atMs: number
  type: EntryType
  role: Role
  /** Bits of `ENTRY_FLAG`. */
  flags: number
  /** Of a tool call. */
  tool?: string
  /** Of a plan entry: how the plan stood. */
  plan?: PlanItem[]
  /** For active time: what starts being waited for, and what was answered (`prompt` or a tool-use id). */
  opens?: string
  closes?: string
}

export interface UsageDraft extends TokenCounts {
  record: number
  /** 1-based line of the source whose numbers these are. */
  line: number
  atMs: number
  model: string
  /** Names the response wherever it is repeated. */
  responseId: string
  requestId?: string
  serviceTier?: string
  /** `fast` where the agent records a speed that is priced differently. */
  speed?: string
  /** Micro-dollars, where the agent wrote its own sum. */
  reportedCostMicrodollars?: number
  sidechain?: boolean
  /** Lines of this batch that repeated the response, this one included. */
  lines: number
}

export interface InvocationDraft {
  record: number
  block: number
  callId: string
  tool: string
  server?: string
  kind: InvocationKind
  /** One line, at most 200 characters. */
  subject: string
  atMs: number
}

export interface InvocationResult {
  callId: string
  record: number
  atMs: number
  failed: boolean
  exitCode?: number
  durationMs?: number
}

export interface FileChangeDraft {
  callId: string
  path: string
  kind: FileChangeKind
  linesAdded?: number
  linesRemoved?: number
  atMs: number
}

export interface CommitDraft {
  callId: string
  hash: string
  subject: string
  branch?: string
  atMs: number
}

/** What is known of the transcript and its session; later batches override earlier ones field by field. */
export interface TranscriptFacts {
  sessionExternalId?: string
  /** What the transcript itself says it is, where its place does not tell. Stands over `TranscriptRef.kind`. */
  kind?: TranscriptKind
  cwd?: string
  /** Every working directory seen, in order, where it changed. */
  gitBranch?: string
  agentVersion?: string
  title?: string
  titleSource?: TitleSource
  /** First and last record times of this batch. */
  firstAtMs?: number
  lastAtMs?: number
  /**
   * Time of the first dated line, where it is one that a copy of a conversation never takes along: then it tells when this
   * file began, whatever its entries say.
   */
  openedAtMs?: number
  /** Id of the last record that has one: a title elsewhere may name it. */
  lastRecordId?: string
  /** Titles given here to conversations that end at a record of another file. */
  titlesFor?: { recordId: string; title: string }[]
  /** Tool-use id in the parent transcript that started this subagent. */
  parentCallId?: string
  /** The conversation this one was forked from or continues, where the format says so. */
  parentExternalId?: string
  /** Subagents that calls of this transcript started: the subagent's own id, and the call. */
  subagents?: { externalId: string; callId: string }[]
  relation?: 'continues' | 'resumes' | 'forks'
}

export interface ProblemDraft {
  /** 1-based line in the source, null for the whole file. */
  line: number | null
  reason: string
}

/** An empty batch at a cursor, to be filled by a parser. */
export function emptyBatch(cursor: Cursor): Batch {
  return {
    cursor,
    done: false,
    records: { chunks: [] },
    entries: [],
    usage: [],
    invocations: [],
    results: [],
    fileChanges: [],
    commits: [],
    facts: {},
    problems: [],
    unknown: {},
  }
}
