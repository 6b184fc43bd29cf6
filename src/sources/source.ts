import type { EntryContent, EntryType } from '../domain/entry.ts'
import type { PlanLimits } from '../domain/plan-limits.ts'
import type { TranscriptKind } from '../domain/transcript.ts'
import type { Batch, Cursor, EntryDraft, TranscriptFacts } from './batch.ts'
import type { AttachmentRef, FileIdentity } from './file-identity.ts'
import type { SourceFormat } from './format.ts'
import type { Hooks } from './hooks.ts'
import type { AgentSetup } from './setup.ts'

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
  discover(env: Env): Promise<readonly TranscriptRef[]>
  /** What a file beside a transcript says of it. Reads that file, so it is asked of transcripts that have something new. */
  describe?(ref: TranscriptRef): Pick<TranscriptRef, 'title' | 'parentCallId'>
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

export interface ReadContext {
  /** Redacts whole lines: same number of lines, same JSON, secrets replaced. May return its argument. */
  redact(lines: Buffer): Buffer
  now(): number
  /**
   * Told of each record that was parsed, as it is archived, with its ordinal, and of the entries that it brought: those from
   * `from` on. Whoever wants more of it than these tell need not parse it again.
   */
  parsed?(value: unknown, record: number, entries: readonly EntryDraft[], from: number): void
  signal?: AbortSignal
}
