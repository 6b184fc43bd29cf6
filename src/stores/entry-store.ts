import type { EntryType, PlanItem, Role } from '../domain/entry.ts'
import type { Invocation, InvocationKind, Outcome } from '../domain/invocation.ts'
import type { OffsetRequest, Page, PageRequest } from './page.ts'
import type { RecordRange } from './transcript-store.ts'

export interface EntryFilter {
  sessionId?: string
  transcriptId?: number
  /** Only entries of this record. */
  record?: number
  /** Only entries of records [from, to). */
  records?: RecordRange
  types?: EntryType[]
  roles?: Role[]
  tool?: string
  failedOnly?: boolean
  /** Default false, all four. */
  includeInherited?: boolean
  includeSidechain?: boolean
  includeInjected?: boolean
  includeMeta?: boolean
}

/** An entry as the store keeps it: integers; its text is in the archive. */
export interface EntryRow {
  /** Row id; grows with time. */
  rowId: number
  id: string
  sessionId: string
  transcriptId: number
  /** Whose transcript it is. */
  agent: string
  atMs: number
  record: number
  block: number
  type: EntryType
  role: Role
  /** Bits of `ENTRY_FLAG`. */
  flags: number
  tool: string | null
}

export interface EntryStore {
  /** In file order: main transcript first, then others by start. */
  list(filter: EntryFilter, page: OffsetRequest & { descending?: boolean }): Promise<Page<EntryRow>>
  count(filter: EntryFilter): Promise<number>
  /** By public id. Several where one record lies in forks: the owner first. */
  find(id: string): Promise<EntryRow[]>
  byRowIds(rowIds: number[]): Promise<EntryRow[]>
  plans(rowIds: number[]): Promise<Map<number, PlanItem[]>>
  /** Rows of one transcript from `fromRecord` on, in file order, for indexing and rebuilding. */
  after(transcriptId: number, fromRecord: number, limit: number): Promise<EntryRow[]>
}

export interface InvocationFilter {
  sessionId?: string
  transcriptId?: number
  tool?: string
  /** Any of these. */
  tools?: readonly string[]
  /** As its agent or program names the call. */
  callId?: string
  /** ISO: only in transcripts that something came to then or later. */
  newSince?: string
  /** ISO: started then or later. */
  from?: string
  kind?: InvocationKind
  outcome?: Outcome
  exitCode?: number
  projectId?: string
  subjectContains?: string
  /** Only calls made or answered in these records; beside `transcriptId`. */
  records?: RecordRange
}

export interface InvocationStore {
  /** Oldest first, unless `descending`. */
  list(filter: InvocationFilter, page: PageRequest & { descending?: boolean }): Promise<Page<Invocation>>
  /** Count, failures and summed time by tool, most used first. `firstUse` grows with the time of its first call. */
  byTool(
    filter: InvocationFilter,
  ): Promise<
    { tool: string; server: string | null; calls: number; failed: number; durationMs: number; firstUse: number }[]
  >
  /** Names of tools, each once, in the order of their first use. */
  toolsUsed(filter: InvocationFilter): Promise<string[]>
}
