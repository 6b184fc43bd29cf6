import type { Transcript } from '../domain/transcript.ts'
import type { TranscriptRegistration } from './ingest-batch.ts'

export interface TranscriptStore {
  /** Makes or finds the row of a discovered transcript. `undefined` when a tombstone or an ignore rule covers it. */
  register(registration: TranscriptRegistration): Promise<RegisteredTranscript | undefined>
  /** The same for many, in one transaction. */
  registerAll(registrations: readonly TranscriptRegistration[]): Promise<(RegisteredTranscript | undefined)[]>
  get(id: number): Promise<Transcript>
  list(filter: { sessionId?: string; agent?: string }): Promise<Transcript[]>
  /** Rows of a machine with file identity and cursor position, all or at most so many, for a scan that reads nothing. */
  known(most?: number): Promise<KnownTranscript[]>
  /** When the oldest transcript that still lies where its agent keeps it was written to last, by agent; of this machine. */
  oldest(): Promise<{ agent: string; modifiedAtMs: number }[]>
  /** Notes that sources vanished or came back. Content stays. */
  markGone(ids: number[], at: string | null): Promise<void>
  /** Agents' databases as they were when all in them had been read. */
  databases(): Promise<SourceDatabase[]>
  noteDatabases(databases: readonly SourceDatabase[]): Promise<void>
  /** Forgets what was derived (entries, usage, invocations, plans, files, commits), keeps rows and archive. */
  clearDerived(id: number): Promise<void>
  /** The parser's cursor as it was stored with the last batch. */
  cursor(id: number): Promise<string | undefined>
  /** Where reading stopped, as the last batch said. */
  position(id: number): Promise<ReadingPosition>
}

export interface ReadingPosition {
  offset: number
  device: number
  inode: number
  sizeBytes: number
  modifiedAtMs: number
  nextRecord: number
  baseRecord: number
  nextLine: number
  /** So many records at its beginning are in the archive no more. */
  prunedRecords: number
}

/** A database of an agent, and what tells one state of it from the next without opening it. */
export interface SourceDatabase {
  agent: string
  path: string
  state: string
}

export interface KnownTranscript {
  id: number
  agent: string
  path: string
  device: number
  inode: number
  sizeBytes: number
  modifiedAtMs: number
  /** Bytes consumed. */
  offset: number
  gone: boolean
  /** Hash of what was known of it from elsewhere when it was read; see `TranscriptRef.beside`. */
  besideHash: number | null
}

export interface RegisteredTranscript {
  id: number
  /** JSON of the cursor after the last batch that was stored. */
  cursor: string | undefined
}

/** Ordinals of records in their transcript, [from, to). */
export interface RecordRange {
  from: number
  to: number
}
