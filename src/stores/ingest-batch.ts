import type { PlanItem } from '../domain/entry.ts'
import type { Interval } from '../domain/slice.ts'
import type { TranscriptKind } from '../domain/transcript.ts'

/**
 * Numbers in rows, as they cross threads without copying: row-major, NaN for null.
 * Text is an index into the batch's `strings`.
 */
export interface Rows {
  count: number
  data: Float64Array
}

/** Column order of `IngestBatch.entries`. `type` and `role` are indexes into ENTRY_TYPES and ROLES. */
export const ENTRY_COLUMNS = ['record', 'block', 'atMs', 'hash', 'type', 'role', 'flags', 'tool'] as const

/** `tool`, `server`, `subject` are strings; `kind` indexes INVOCATION_KINDS; `callHash` is `hash48(callId)`. */
export const INVOCATION_COLUMNS = ['record', 'block', 'atMs', 'callHash', 'tool', 'server', 'kind', 'subject'] as const

/** `failed` is 0 or 1. A result belongs to the call with that hash in the same transcript. */
export const RESULT_COLUMNS = ['callHash', 'record', 'atMs', 'failed', 'exitCode', 'durationMs'] as const

/**
 * `responseHash` is `hash48(responseId)`, `requestHash` is `hash48(requestId)` or null. `costMicrodollars` is null when
 * unpriced; `costSource` indexes COST_SOURCES. `priceDate`, `model`, `responseId`, `requestId`, `tier` are strings.
 */
export const USAGE_COLUMNS = [
  'record',
  'line',
  'atMs',
  'model',
  'responseHash',
  'requestHash',
  'responseId',
  'requestId',
  'tier',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'cacheWrite1hTokens',
  'reasoningTokens',
  'costMicrodollars',
  'costSource',
  'priceDate',
  'sidechain',
  'lines',
] as const

/** `path` is a string; `kind` indexes FILE_CHANGES. */
export const FILE_COLUMNS = ['callHash', 'atMs', 'path', 'kind', 'linesAdded', 'linesRemoved'] as const

/** `hash`, `subject`, `branch` are strings. */
export const COMMIT_COLUMNS = ['callHash', 'atMs', 'hash', 'subject', 'branch'] as const

/** What a discovered transcript tells before it is read. */
export interface TranscriptRegistration {
  agent: string
  refPrefix: string
  path: string
  kind: TranscriptKind
  externalId: string
  sessionExternalId: string | null
  parentCallId: string | null
  title: string | null
  device: number
  inode: number
  sizeBytes: number
  modifiedAtMs: number
  /** When the file was made, where that is known. */
  bornAtMs: number | null
  /** The session it belongs to, whatever that one's agent: it is there already. */
  sessionId?: string
}

/**
 * One stretch of one transcript, ready to be stored.
 *
 * What `Store.ingest` owes, in one transaction:
 * - it makes the session when the first entry, usage or invocation arrives, and applies facts to it;
 * - an entry whose (atMs, hash) is already held: by the same transcript, its place is updated; by another one, both
 *   rows stay and all but the owner's carry the `inherited` flag (see `settle`);
 * - a usage row whose response is already held: the larger `outputTokens` wins as a whole row, ties by more input, then
 *   by smaller record; `lines` add up; across transcripts one row is the owner's, the others are inherited; a missing
 *   request id matches any request of the same response id;
 * - counters, active intervals and last activity of transcript and session follow;
 * - `cursor` is stored, so that a crash at any point repeats nothing and loses nothing.
 */
export interface IngestBatch {
  transcriptId: number
  /**
   * Ordinal of the next record when this stretch began, as the cursor before it says. When the store stands elsewhere,
   * another process was faster: the batch is left out and `stale` returned. Null when that is not to be checked.
   */
  fromRecord: number | null
  agent: string
  refPrefix: string
  /** JSON of the reading cursor after this batch, and its parts that the store needs. */
  cursor: string
  offset: number
  device: number
  inode: number
  sizeBytes: number
  modifiedAtMs: number
  nextRecord: number
  baseRecord: number
  nextLine: number
  /** See `Batch.restarted`: rows of this transcript with `record < baseRecord` that do not come again go when `done`. */
  restarted: boolean
  /** See `Batch.rewritten`: those rows stay instead, marked withdrawn, with the frames that hold their records. */
  rewritten: boolean
  done: boolean
  /** Hash of what is known of the transcript from elsewhere, on the last batch; null where nothing is. */
  besideHash: number | null
  /** Ordinals of records that were taken back, see `Batch.withdrawn`. */
  withdrawn: number[]
  strings: string[]
  entries: Rows
  plans: { entry: number; items: PlanItem[] }[]
  invocations: Rows
  results: Rows
  usage: Rows
  files: Rows
  commits: Rows
  frames: FrameDraft[]
  blobs: { hash: string; sizeBytes: number; data: Uint8Array }[]
  /** Files beside the transcript that are new or have changed. */
  attachments: AttachmentDraft[]
  facts: IngestFacts
  /** Stretches of work that ended in this batch, and the one still growing (it replaces the stored growing one). */
  intervals: Interval[]
  growing: Interval | null
  problems: { line: number | null; reason: string; at: string }[]
  /** Unknown record types and fields with counts, added to those known. */
  unknown: Record<string, number>
  /** ISO: when this was read. */
  at: string
  /** Left out where nobody indexes what is read. */
  texts?: EntryTexts
}

/** What entries say, in order of record and block, for whoever would else read it back from the archive. All in one piece of memory. */
export interface EntryTexts {
  records: Uint32Array<ArrayBuffer>
  blocks: Uint32Array<ArrayBuffer>
  /** Where each entry's part of `text` ends. */
  ends: Uint32Array<ArrayBuffer>
  /** UTF-8, folded (`domain/fold.ts`). */
  text: Uint8Array<ArrayBuffer>
}

/** A file beside a transcript: a spilled tool result, a subagent's description. */
export interface AttachmentDraft {
  relativePath: string
  /** SHA-256 (hex) of the redacted bytes. */
  hash: string
  /** Of the source. */
  sizeBytes: number
  /** zstd. */
  data: Uint8Array
  deviceAndInode: string
  modifiedAtMs: number
}

export interface FrameDraft {
  firstRecord: number
  recordCount: number
  sourceOffset: number
  sourceBytes: number
  part: number | null
  rawBytes: number
  /** zstd of the redacted bytes. */
  data: Uint8Array
  blobs: [number, string][]
  /** True when this frame takes the place of the transcript's last one and repeats its records (a tail that grew). */
  replacesTail: boolean
}

export interface IngestFacts {
  sessionExternalId: string | null
  /** What the transcript says it is; null when its place tells. It comes with or before the first entry. */
  kind: TranscriptKind | null
  cwd: string | null
  projectId: string | null
  gitBranch: string | null
  agentVersion: string | null
  title: string | null
  titleSource: string | null
  firstAtMs: number | null
  lastAtMs: number | null
  /** When the file began, as a line says that no copy takes along. */
  openedAtMs: number | null
  lastRecordHash: number | null
  titlesFor: { recordHash: number; title: string }[]
  parentCallId: string | null
  parentExternalId: string | null
  relation: string | null
  /** Subagents and the calls of this transcript that started them, whichever of the two transcripts is read first. */
  subagents: { externalId: string; callId: string }[]
}

export interface Ingested {
  /** Nothing was stored: the transcript has been read further, or anew, by somebody else meanwhile. */
  stale: boolean
  sessionId: string | null
  entriesAdded: number
  entriesInherited: number
  entriesRepeated: number
  usageAdded: number
  usageInherited: number
  usageRepeated: number
}
