import type { EntryContent, EntryType, PlanItem, Role } from '../domain/entry.ts'
import type { FileChangeKind, InvocationKind } from '../domain/invocation.ts'
import type { PlanLimits } from '../domain/plan-limits.ts'
import type { TitleSource } from '../domain/session.ts'
import type { TranscriptKind } from '../domain/transcript.ts'
import type { TokenCounts } from '../domain/usage.ts'
import type { SourceFormat } from './format.ts'
import type { Hooks } from './hooks.ts'
import type { RawRecords } from './raw-records.ts'
import type { AgentSetup } from './setup.ts'

export type { CutBlob, RawChunk, RawRecords } from './raw-records.ts'

/**
 * An agent whose transcripts we read. One folder, one line in `sources/index.ts`, and `testSource()` passes.
 *
 * A source reads and never writes: not the agent's files, not ours. What it cannot read becomes a problem in a batch.
 */
export interface Source {
  /** The folder's name, the filter value and the column value: `claude-code`. */
  readonly id: string
  /** What people read: `Claude Code`. */
  readonly name: string
  /** Two letters for narrow places: `CC`. */
  readonly mark: string
  /** Prefix of short session refs: `cc` in `cc-7f3a91`. */
  readonly refPrefix: string
  /** Days after which the vendor deletes transcripts by default; null when it does not. */
  readonly vendorKeepsDays: number | null
  /** What its transcripts give and what they lack: a file of its own, `format.ts`, beside the README that shows how we know. */
  readonly format: SourceFormat
  /** Folders the agent writes to on this machine, present or not, for `doctor`, `scan` and watching. */
  roots(env: Env): string[]
  /** Transcripts present on this machine, newest first. Reads directories and stats, no file bodies. */
  discover(env: Env): AsyncIterable<TranscriptRef>
  /**
   * What is new after `cursor`, in batches of about 2 MiB, each with the cursor that follows it. Without a cursor the
   * transcript is read from its start. Batches hold the last word on nothing: a result may arrive for a call of an
   * earlier batch, a title may change.
   */
  read(ref: TranscriptRef, cursor: Cursor | undefined, context: ReadContext): AsyncIterable<Batch>
  /**
   * Parses archived records again, from the first on, as `read` would have: the archive alone rebuilds everything.
   * `records` come in order, already redacted; a record too large to be parsed has no `bytes`.
   */
  replay(ref: ReplayRef, records: AsyncIterable<ArchivedRecord>, context: ReadContext): AsyncIterable<Batch>
  /**
   * What the entry at `block` of an archived record says. Pure, and agreeing with what `read` found there.
   * `undefined` when that record has no such block.
   */
  content(record: unknown, block: number, type: EntryType): EntryContent | undefined
  /** How far the plan's limits were used, where an archived record tells it; `undefined` for all others. */
  planLimits?(record: unknown): PlanLimits | undefined
  /** Where the agent calls us while it works. */
  readonly hooks?: Hooks
  /** How it is told to; loaded when somebody sets it up. */
  setup?(): Promise<AgentSetup>
  /** The command that continues a session in the agent itself. */
  resumeCommand?(session: { externalId: string; cwd: string | null }): string[]
  /** The command that begins a new session in the agent with a copy of what was said in this one. */
  forkCommand?(session: { externalId: string; cwd: string | null }): string[]
  /**
   * The command that begins a new session in the agent with a first prompt: to go on with it there, or, `alone`, to work until
   * it is done and end.
   */
  startCommand?(prompt: string, alone: boolean): string[]
}

/** The machine as a source may see it. Handed in, so that a test can be a machine. */
export interface Env {
  home: string
  platform: NodeJS.Platform
  variables: Readonly<Record<string, string | undefined>>
  /** Called with what discovery could not read or refused to follow: an unreadable directory, a link that loops. */
  problem?(path: string, reason: string): void
  /**
   * Told by discovery of every database it depends on, with its `sqliteState`. True when the database is as it was when all
   * of this agent's transcripts had been read: it need not be opened then. Its transcripts (`pathInDatabase`) count as
   * seen, and so they do when `problem` is told of the database.
   */
  isSettled?(database: string, state: string): boolean
}

/** A transcript as discovery found it. */
export interface TranscriptRef {
  agent: string
  path: string
  kind: TranscriptKind
  /** The agent's own id of this conversation, from the file name. */
  externalId: string
  /** The session it belongs to, where the place tells; a batch may tell later. */
  sessionExternalId?: string
  parentCallId?: string
  title?: string
  file: FileIdentity
  /** Unix milliseconds at which the file was made, where the file system knows it. */
  bornAtMs?: number
  /** Files that belong to the transcript and are archived beside it: spilled tool results, subagent descriptions. */
  attachments?: AttachmentRef[]
  /**
   * What is known of it from elsewhere: a title in a database beside it. When that changes the transcript is read, whether
   * or not it has grown, and `facts` are stored with its last batch. Left out where it was not looked up this time.
   */
  beside?: { facts?: TranscriptFacts; [more: string]: unknown }
}

/** A transcript as the store remembers it, for `replay`. */
export interface ReplayRef {
  agent: string
  path: string
  kind: TranscriptKind
  externalId: string
  sessionExternalId?: string
  parentCallId?: string
}

export interface ArchivedRecord {
  /** Ordinal in the transcript. */
  record: number
  /** Redacted bytes of the record with its line end, blobs left out. Absent for an oversized record. */
  bytes?: Uint8Array
}

/** What a stat says, without reading. */
export interface FileIdentity {
  device: number
  inode: number
  sizeBytes: number
  modifiedAtMs: number
}

export interface AttachmentRef {
  path: string
  /** Path from the transcript's folder, for restore. It leads out of that folder only into the session's own, or one up. */
  relativePath: string
  file: FileIdentity
}

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

export interface ReadContext {
  /** Redacts whole lines: same number of lines, same JSON, secrets replaced. May return its argument. */
  redact(lines: Buffer): Buffer
  now(): number
  signal?: AbortSignal
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
