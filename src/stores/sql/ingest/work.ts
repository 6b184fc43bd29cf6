import type { IngestBatch, IngestFacts, Rows } from '../../ingest-batch.ts'
import type { RecordRange } from '../../transcript-store.ts'
import type { Connection } from '../connection.ts'
import type { HashSet } from '../hash-set.ts'
import type { UsageLedger } from '../usage-ledger.ts'
import type { Scope } from '../scope.ts'

/** The transcript's row as ingest needs it, kept up to date while a batch is stored. */
export interface TranscriptState {
  id: number
  session_id: number | null
  session_uid: string | null
  agent: string
  ref_prefix: string
  kind: number
  external_id: string
  session_external_id: string | null
  path: string
  title: string | null
  title_source: number | null
  /** Of the first entry read: a fork that copied its parent's records under other times begins with the same. */
  first_hash: number | null
  last_record_hash: number | null
  base_record: number
  next_record: number
  first_ms: number | null
  last_ms: number | null
  own_ms: number | null
  entry_count: number
  message_count: number
  invocation_count: number
  failed_count: number
  tool_ms: number
  pending: string | null
}

export const STATE_COLUMNS = `id, session_id, (SELECT s.uid FROM session s WHERE s.id = session_id) AS session_uid, agent, ref_prefix, kind, external_id, session_external_id, path, title,
  title_source, first_hash, last_record_hash, base_record, next_record, first_ms, last_ms, own_ms, entry_count, message_count, invocation_count,
  failed_count, tool_ms, pending`

/** What a reading has brought so far, until it is done. */
export interface Pending {
  /** ISO time at which a reading from the start began although something was read before. */
  restartedAt?: string
  /** True once a record of the earlier reading came again: the source was rewritten, not rotated away. */
  cameAgain?: boolean
  /** True while the archive is replayed: nothing new comes, so nothing is logged. */
  rebuilding?: boolean
  entries?: number
  /** Where those entries are. */
  records?: RecordRange
  usage?: number
  /** What was told before there was a session to tell it of. */
  facts?: IngestFacts
}

/** One batch on its way into the store: inside one transaction, for one transcript. */
export interface Work {
  connection: Connection
  scope: Scope
  batch: IngestBatch
  transcript: TranscriptState
  pending: Pending
  /** True when this is the first that comes of the transcript: nothing of it is stored. */
  fresh: boolean
  /** True once the batch has made its session. */
  made: boolean
  ledger: UsageLedger
  /** Row ids of the names that the batch uses. */
  names: Map<string, number>
  /** Row ids of projects that earlier batches named, by uid. */
  projects: Map<string, number | null>
  /** Hashes of all records the transcript has, those of this batch included. */
  hashes: HashSet
  /** Transcripts that turned out to hold some of the same records. */
  sharing: Set<number>
}

/** A cell of a table of numbers; NaN is null. */
export function cell(rows: Rows, width: number, row: number, column: number): number {
  return rows.data[row * width + column] as number
}

export function nullable(value: number): number | null {
  return Number.isNaN(value) ? null : value
}

/** Text of a cell that holds a place in the batch's strings. */
export function text(batch: IngestBatch, value: number): string {
  return batch.strings[value] ?? ''
}

export function textOrNull(batch: IngestBatch, value: number): string | null {
  return Number.isNaN(value) ? null : text(batch, value)
}
