import type { EntryType, Role } from '../domain/entry.ts'
import type { SearchTerms } from '../domain/search-query.ts'
import type { EntryRow } from './entry-store.ts'
import type { EntryTexts } from './ingest-batch.ts'
import type { SessionFilter } from './session-store.ts'

export interface SearchFilter {
  agent?: string
  projectId?: string
  sessionId?: string
  roles?: Role[]
  types?: EntryType[]
  tool?: string
  /** Sessions' entries whose call changed or read a path containing this. */
  file?: string
  failedOnly?: boolean
  branch?: string
  from?: string
  to?: string
  includeSidechain?: boolean
  includeInjected?: boolean
  /** As in `SessionFilter`. */
  accepted?: boolean
  /** Only what is in sessions that a list would show so, as of `nowMs` (Unix milliseconds) and `Store.idleMs`. */
  sessions?: Pick<SessionFilter, 'status' | 'text' | 'tags' | 'allTags' | 'starred' | 'userId'> & {
    nowMs: number
    idleMs: number
  }
}

/** A page of entries, newest first. */
export interface SearchPage {
  limit: number
  /** Only older ones. */
  beforeRowId?: number
  /** By `performance.now()`: a question that is still looking then ends with `unavailable`. Default: it looks to the end. */
  untilMs?: number
}

/**
 * The full-text index. Entries are added after they are stored; what lags behind is scanned by `history/`. An entry
 * counts as indexed while its record is below its transcript's mark.
 */
export interface SearchStore {
  /** Indexed entries that match, newest first, below `beforeRowId` where given. */
  match(terms: SearchTerms, filter: SearchFilter, page: SearchPage): Promise<EntryRow[]>
  /** The newest of the indexed matches, scored by what the index alone can tell (kind of entry, length), best first. */
  rank(
    terms: SearchTerms,
    filter: SearchFilter,
    page: Omit<SearchPage, 'beforeRowId'>,
  ): Promise<{ row: EntryRow; score: number }[]>
  /** Entries that the filter allows, newest first. `lagging` limits them to entries beyond the marks it tells. */
  candidates(filter: SearchFilter, page: SearchPage & { lagging?: readonly LaggingTranscript[] }): Promise<EntryRow[]>
  /** Tool calls whose subject (command, path, pattern) or changed path contains `text` anywhere, newest first. */
  subjects(text: string, filter: SearchFilter, page: SearchPage): Promise<EntryRow[]>
  /** Puts what filters go by beside the text of entries, in the shape in which `add` takes it. */
  pack(batch: TextBatch): Promise<IndexBatch>
  /** Adds the text of entries and moves the marks, in one transaction. A batch that no longer fits is left out. */
  add(batches: readonly IndexBatch[]): Promise<void>
  /** Transcripts with entries beyond their mark, newest first; of those named, where some are. */
  lagging(transcriptIds?: readonly number[]): Promise<LaggingTranscript[]>
  /** Rows of one transcript from `fromRecord` on, in file order. */
  rows(transcriptId: number, fromRecord: number, limit: number): Promise<IndexRow[]>
  /** Rows of calls before `fromRecord` that failed as a record of [fromRecord, toRecord) says, in file order. */
  failedSince(transcriptId: number, fromRecord: number, toRecord: number): Promise<IndexRow[]>
  progress(): Promise<{ entries: number; indexed: number }>
  /** Puts the marks of transcripts back to the start: before and after their entries are made anew. */
  forget(transcriptIds: readonly number[]): Promise<void>
  /** The same, and none of their words is left in the file. */
  erase(transcriptIds: readonly number[]): Promise<void>
  /** After additions: merges what was written in pieces, drops what belongs to transcripts that are gone. */
  tidy(): Promise<void>
  /** Drops and recreates an empty index. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** Records `fromRecord` to `toRecord` (exclusive) of a transcript are not in the index yet. */
export interface LaggingTranscript {
  transcriptId: number
  agent: string
  fromRecord: number
  toRecord: number
  /** Changes when the transcript is forgotten: what was read before that is not added after it. */
  epoch: number
}

/** A stretch of a transcript's entries. */
interface Stretch {
  transcriptId: number
  epoch: number
  /** Where its entries begin: not above the transcript's mark, or there would be a gap. */
  fromRecord: number
  /** The mark afterwards. */
  throughRecord: number
}

/** What a stretch says. */
export interface TextBatch extends Stretch {
  agent: string
  /** `text` is folded (`domain/fold.ts`); bytes are UTF-8. */
  rows: { row: IndexRow; text: string | Uint8Array }[]
}

/** The same, ready for the index: all in one piece of memory (`text.buffer`), which crosses threads without copying. */
export interface IndexBatch extends Stretch {
  rowIds: Float64Array
  /** Where each entry's part of `text` ends. */
  ends: Uint32Array
  /** UTF-8. */
  text: Uint8Array
}

/** What the entries of records [fromRecord, throughRecord) of a transcript say, as it was read. Plans say nothing here. */
export interface StoredTexts extends EntryTexts {
  transcriptId: number
  fromRecord: number
  throughRecord: number
}

/** Takes what entries say as soon as they are stored. What an index is not given it reads back from the archive. */
export interface TextTaker {
  take(texts: StoredTexts): void
  /** Resolves when there is room for more. */
  room(): Promise<void>
}

/** What indexing needs of an entry. */
export type IndexRow = Pick<EntryRow, 'rowId' | 'record' | 'block' | 'type' | 'role' | 'flags'>
