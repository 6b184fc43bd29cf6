import type { ActivityStore } from './activity-store.ts'
import type { ArchiveStore } from './archive-store.ts'
import type { BindingStore, PresenceStore } from './caller-store.ts'
import type { ContextStore } from './context-store.ts'
import type { EntryStore, InvocationStore } from './entry-store.ts'
import type { FeedStore } from './feed-store.ts'
import type { FileStore } from './file-store.ts'
import type { HandoffStore } from './handoff-store.ts'
import type { ImportStore } from './import-store.ts'
import type { IngestBatch, Ingested } from './ingest-batch.ts'
import type { NoteStore, SavedFilterStore } from './organising-store.ts'
import type { OutlineStore } from './outline-store.ts'
import type { DriftStore, ProblemStore } from './problem-store.ts'
import type { ProjectStore } from './project-store.ts'
import type { SearchStore } from './search-store.ts'
import type { SessionDataStore, SessionStore, TombstoneStore } from './session-store.ts'
import type { SuggestionStore } from './suggestion-store.ts'
import type { TemplateStore } from './template-store.ts'
import type { TicketStore } from './ticket-store.ts'
import type { TranscriptStore } from './transcript-store.ts'
import type { UsageStore } from './usage-store.ts'
import type { WorkStore } from './work-store.ts'

/**
 * Where the record is kept. Small stores by noun, one bulk road for ingest, and transactions.
 *
 * A store is opened for one workspace; every row it touches carries that workspace's id. Where an engine lacks
 * something, the method throws `unsupported`: nothing is ever quietly left out. Many processes use one store at once.
 */
export interface Store {
  readonly workspaceId: string
  readonly machineId: string
  /** So long without a call, and a session that a first call made is put away; a person's time ends. Milliseconds. */
  readonly idleMs: number
  readonly projects: ProjectStore
  readonly sessions: SessionStore
  readonly transcripts: TranscriptStore
  readonly entries: EntryStore
  readonly invocations: InvocationStore
  readonly files: FileStore
  readonly usage: UsageStore
  readonly archive: ArchiveStore
  readonly activities: ActivityStore
  readonly notes: NoteStore
  readonly savedFilters: SavedFilterStore
  readonly problems: ProblemStore
  readonly drift: DriftStore
  readonly tombstones: TombstoneStore
  readonly search: SearchStore
  readonly tickets: TicketStore
  readonly contexts: ContextStore
  readonly work: WorkStore
  readonly handoffs: HandoffStore
  readonly bindings: BindingStore
  readonly presence: PresenceStore
  readonly feed: FeedStore
  readonly outline: OutlineStore
  readonly sessionData: SessionDataStore
  readonly suggestions: SuggestionStore
  readonly imports: ImportStore
  readonly templates: TemplateStore
  /**
   * The bulk road: rows, frames, cursor and counters of a batch land together or not at all. Batches that follow one
   * another may be committed together, within a fraction of a second. Every read of this store sees what was ingested
   * before it, and what a read has seen outlives a kill; what was lost with one is read again, for its cursor is lost too.
   */
  ingest(batch: IngestBatch): Promise<Ingested>
  /** Several batches in one transaction: all of them or none. */
  ingestAll(batches: readonly IngestBatch[]): Promise<Ingested[]>
  /**
   * Runs `work` in one writing transaction. Only methods of `tx` may be awaited inside.
   *
   * @param durability `bulk`: read by everybody at once, outlives a kill, and a power loss from the next `full` one on
   */
  transaction<T>(work: (tx: Store) => Promise<T>, durability?: 'full' | 'bulk'): Promise<T>
  /**
   * Facts for `doctor`: engine and version, sizes, schema, the result of the engine's own integrity check. With `pagesOnly` a
   * large file's indexes are not compared with their tables, which takes a fifth of the time.
   */
  inspect(options?: { integrity?: boolean; pagesOnly?: boolean }): Promise<StoreReport>
  /**
   * Leaves nothing behind of what was deleted: words that no row names any more go, the index and the log are emptied of
   * what is gone. `whole` writes the file anew as well, which takes its size in free space.
   */
  scrub(options?: { whole?: boolean }): Promise<void>
  /**
   * After a first reading: rows that came newest first leave pages half empty, and these are filled, where that takes
   * seconds. Best after all else, and never needed: without room for it nothing happens.
   */
  compact(): Promise<void>
  /** A consistent copy while others write. @throws AppError `conflict` when the target exists */
  backup(path: string): Promise<{ sizeBytes: number }>
  close(): Promise<void>
}

export interface StoreReport {
  engine: string
  engineVersion: string
  location: string
  schemaVersion: number
  sizeBytes: number
  searchSizeBytes: number
  walBytes: number
  /** Empty when sound; null when not asked. */
  damage: string[] | null
  /** How much was looked at; null when not asked. */
  checked: 'pages' | 'whole' | null
}
