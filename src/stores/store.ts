import type { Activity, ActivityDraft } from '../domain/activity.ts'
import type { Drift } from '../domain/drift.ts'
import type { Context, ContextChangeKind } from '../domain/context.ts'
import type { EntryType, PlanItem, Role } from '../domain/entry.ts'
import type { Attribution, FrameInterval, IntervalSource } from '../domain/frame-interval.ts'
import type { Handoff, HandoffState } from '../domain/handoff.ts'
import type {
  CommitSeen,
  FileChange,
  FileChangeKind,
  Invocation,
  InvocationKind,
  Outcome,
} from '../domain/invocation.ts'
import type { Note, NoteDraft } from '../domain/note.ts'
import type { Problem } from '../domain/problem.ts'
import type { Project, ProjectEvidence } from '../domain/project.ts'
import type { SavedFilter } from '../domain/saved-filter.ts'
import type { SearchTerms } from '../domain/search-query.ts'
import type {
  Channel,
  Presence,
  Relation,
  Session,
  SessionKind,
  SessionStatus,
  StatusFilter,
  TitleSource,
} from '../domain/session.ts'
import type { Interval } from '../domain/slice.ts'
import type {
  Delegation,
  NoteKind,
  Priority,
  Ticket,
  TicketAction,
  TicketKind,
  TicketNote,
  TicketRelation,
  TicketStatus,
  Tracker,
} from '../domain/ticket.ts'
import type { Tombstone } from '../domain/tombstone.ts'
import type { Transcript, TranscriptKind } from '../domain/transcript.ts'
import type { UsageSlot } from '../domain/usage-window.ts'
import type { Usage, UsageTotals } from '../domain/usage.ts'
import type { ImportStore } from './imports.ts'
import type { AttachmentDraft, IngestBatch, Ingested, TranscriptRegistration } from './ingest-batch.ts'
import type { FeedStore } from './feed-store.ts'

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
  readonly sessionData: SessionDataStore
  readonly suggestions: SuggestionStore
  readonly imports: ImportStore
  /**
   * The bulk road: rows, frames, cursor and counters of a batch land together or not at all. Batches that follow one
   * another may be committed together, within a fraction of a second. Every read of this store sees what was ingested
   * before it, and what a read has seen outlives a kill; what was lost with one is read again, for its cursor is lost too.
   */
  ingest(batch: IngestBatch): Promise<Ingested>
  /** Several batches in one transaction: all of them or none. */
  ingestAll(batches: readonly IngestBatch[]): Promise<Ingested[]>
  /** Runs `work` in one writing transaction. Only methods of `tx` may be awaited inside. */
  transaction<T>(work: (tx: Store) => Promise<T>): Promise<T>
  /** Facts for `doctor`: engine and version, sizes, schema, the result of the engine's own integrity check. */
  inspect(options?: { integrity?: boolean }): Promise<StoreReport>
  /**
   * Leaves nothing behind of what was deleted: words that no row names any more go, the index and the log are emptied of
   * what is gone. `whole` writes the file anew as well, which takes its size in free space.
   */
  scrub(options?: { whole?: boolean }): Promise<void>
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
}

/** A page of a list. `cursor` is opaque; a list without one starts at its beginning. */
export interface PageRequest {
  limit: number
  cursor?: string
}

/** A page that may also be asked for by number: `offset` items from the start are left out. Not beside a cursor. */
export interface OffsetRequest extends PageRequest {
  offset?: number
}

export interface Page<T> {
  items: T[]
  /** Count of all that match, the limit aside. */
  total: number
  nextCursor: string | null
}

export interface SessionFilter {
  sessionId?: string
  agent?: string
  projectId?: string
  status?: StatusFilter
  /** True: only archived ones; false: without them. Absent: both. */
  archived?: boolean
  starred?: boolean
  /** Any of these; every one of them with `allTags`. */
  tags?: readonly string[]
  allTags?: boolean
  /** Text in title, ref, key or external id, ignoring case. */
  text?: string
  branch?: string
  /** Only sessions that somebody started or called on behalf of: not history that was only read. */
  worked?: boolean
  /** Only sessions linked to this ticket. */
  ticketId?: string
  userId?: string
  /** Whose last activity, end and coming into the store all lie before this, ISO. */
  oldBefore?: string
  /** `startedAt` within [from, to), ISO. */
  from?: string
  to?: string
  includePruned?: boolean
  /** Without what came in files that nobody has accepted. */
  accepted?: boolean
}

export interface SessionStore {
  /** @throws AppError `not_found` naming the id and the newest session */
  get(id: string): Promise<Session>
  find(id: string): Promise<Session | undefined>
  /** What sessions are called, by id; those that are not there are left out. */
  named(ids: readonly string[]): Promise<Map<string, NamedSession>>
  /**
   * Sessions a word may mean, by: id, key, external id, number of a key, short ref, unique prefix of any of them.
   * The first rule that finds something decides; several matches are all returned.
   */
  resolve(word: string): Promise<Session[]>
  /** Newest first by `startedAt`, ties by id. `sort: 'last'` orders by last activity instead. */
  list(filter: SessionFilter, page: OffsetRequest & { sort?: 'started' | 'last' | 'cost' }): Promise<Page<Session>>
  /** Makes a session that was started here, without transcript yet. @throws AppError `conflict` when the agent's id is taken */
  create(draft: SessionDraft): Promise<Session>
  update(id: string, change: SessionChange): Promise<Session>
  /**
   * Notes a call on its behalf, which keeps it alive; written at most once in 20 seconds. Reading never calls this.
   *
   * @param atMs Unix milliseconds
   */
  touch(id: string, atMs: number): Promise<void>
  /**
   * Makes one session of two that turned out to be one. `id` keeps its key, stack and activities and takes what the other
   * has; the other's id, ref and key stand for it from now on.
   */
  merge(id: string, otherId: string): Promise<Session>
  /**
   * Merges each session that a tool server opened without knowing whose it is with the one in whose transcript its tool
   * calls lie, and lets a change of stack that a subagent's call made apply to its transcript alone. Nothing where none waits.
   *
   * @returns how many became one with another
   */
  unite(): Promise<number>
  /**
   * Sessions that a tool server opened in the last 7 days without knowing whose they are, and to which no transcript
   * belongs yet.
   */
  unbound(): Promise<{ id: string; startedAt: string }[]>
  /** Gives the session its `SESSION-nnn`, once; atomic per workspace. */
  assignKey(id: string): Promise<Session>
  /**
   * Removes the session with content, archive and usage. Records that a fork inherited pass to the fork. Leaves a
   * tombstone. Returns what totals fall by.
   */
  delete(id: string, by: string, reason?: string): Promise<{ usage: UsageTotals; entries: number; transcripts: number }>
  /**
   * Takes the content of a session out: text, archive, paths, titles, notes, handoffs. What was counted stays, and stays
   * where it was counted. Work that its agent adds later brings it back, from there on.
   */
  prune(id: string): Promise<Pruned>
  /** Counts by status and by agent over all that match. */
  stats(filter: SessionFilter): Promise<SessionStats>
}

/** A session by name, without its counters. `project` is the project's name. */
export type NamedSession = Pick<Session, 'id' | 'key' | 'ref' | 'title' | 'agent' | 'project'>

/** What went with a session's content. */
export interface Pruned {
  /** Of the archive, as stored. */
  sizeBytes: number
  transcriptIds: number[]
}

export interface SessionDraft {
  agent: string
  /** The agent's own id of the session; null: the session's id stands for it. */
  externalId: string | null
  /** Two letters that its ref begins with. */
  refPrefix: string
  kind?: SessionKind
  channel: Channel
  title?: string | null
  purpose?: string | null
  userId?: string | null
  agentName?: string | null
  clientName?: string | null
  tags?: string[]
  customMetadata?: Record<string, unknown>
  implicit?: boolean
  projectId?: string | null
  parentId?: string | null
  relation?: Relation | null
  cwd?: string | null
  gitBranch?: string | null
  /** When it began, in Unix milliseconds, where that was before now. */
  startedAtMs?: number
}

export interface SessionChange {
  title?: string | null
  purpose?: string | null
  kind?: SessionKind
  userId?: string | null
  agentName?: string | null
  clientName?: string | null
  customMetadata?: Record<string, unknown>
  presence?: Presence | null
  implicit?: boolean
  handoffReady?: boolean
  pausedAt?: string | null
  resumedAt?: string | null
  summaryMarkdown?: string | null
  compactMarkdown?: string | null
  parentId?: string | null
  relation?: Relation | null
  titleSource?: TitleSource | null
  status?: SessionStatus
  archivedAt?: string | null
  starredAt?: string | null
  endedAt?: string | null
  projectId?: string | null
  tags?: string[]
}

export interface SessionStats {
  total: number
  /** `archived` and `handoff_ready` are counted first: each session once, so that the counts sum to the total. */
  byStatus: Record<string, number>
  byAgent: Record<string, number>
  byProject: { project: string | null; sessions: number }[]
  entries: number
  oldestAt: string | null
  newestAt: string | null
}

export interface TranscriptStore {
  /** Makes or finds the row of a discovered transcript. `undefined` when a tombstone or an ignore rule covers it. */
  register(registration: TranscriptRegistration): Promise<RegisteredTranscript | undefined>
  /** The same for many, in one transaction. */
  registerAll(registrations: readonly TranscriptRegistration[]): Promise<(RegisteredTranscript | undefined)[]>
  get(id: number): Promise<Transcript>
  list(filter: { sessionId?: string; agent?: string }): Promise<Transcript[]>
  /** All rows of a machine with file identity and cursor position, for a scan that reads nothing: one query. */
  known(): Promise<KnownTranscript[]>
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
  /** Count, failures and summed time by tool, most used first. */
  byTool(
    filter: InvocationFilter,
  ): Promise<{ tool: string; server: string | null; calls: number; failed: number; durationMs: number }[]>
  /** Names of tools, each once, in the order of their first use. */
  toolsUsed(filter: InvocationFilter): Promise<string[]>
}

export interface FileStore {
  /** One row a file: changes, lines, sessions, newest first. */
  list(
    filter: {
      sessionId?: string
      projectId?: string
      pathContains?: string
      within?: readonly string[]
      /** Only files that were changed in this way, whatever else happened to them. */
      changed?: FileChangeKind
    },
    page: PageRequest,
  ): Promise<Page<FileTouched>>
  /** Every change, newest first. `within` names files and directories: a directory stands for all below it. */
  changes(
    filter: { path?: string; within?: readonly string[]; sessionId?: string; projectId?: string },
    page: PageRequest,
  ): Promise<Page<FileChangeSeen>>
  commits(filter: { sessionId?: string }, page: PageRequest): Promise<Page<CommitSeen>>
}

/** A change, and the first commit that its session was seen to make after it; null where none was seen. */
export type FileChangeSeen = FileChange & { commit: Pick<CommitSeen, 'hash' | 'subject' | 'at'> | null }

export interface FileTouched {
  path: string
  /** The strongest that happened: create, edit or delete, the newest deciding between create and delete. */
  kind: FileChangeKind
  changes: number
  linesAdded: number | null
  linesRemoved: number | null
  sessions: number
  lastAt: string
}

export interface UsageFilter {
  sessionId?: string
  projectId?: string
  agent?: string
  model?: string
  /** ISO, [from, to). */
  from?: string
  to?: string
}

/** By what usage is grouped. Periods are cut by the caller's day boundaries, see `UsageStore.byPeriod`. */
export type UsageGroup = 'session' | 'model' | 'agent' | 'project'

export interface UsageStore {
  total(filter: UsageFilter): Promise<UsageTotals>
  by(group: UsageGroup, filter: UsageFilter): Promise<{ key: string; label: string; totals: UsageTotals }[]>
  /** Sums between consecutive boundaries (ISO, ascending): as many rows as boundaries less one. */
  byPeriod(boundaries: string[], filter: UsageFilter): Promise<UsageTotals[]>
  /**
   * Sums of each quarter of an hour that has any, ascending. `from` and `to` are taken to the full quarters they lie in.
   */
  byQuarter(filter: UsageFilter): Promise<UsageSlot[]>
  /** First and last time of the rows that match; null when none does. */
  range(filter: UsageFilter): Promise<{ firstAt: string; lastAt: string } | null>
  /** Rows with their provenance, in file order, for `usage explain`. */
  rows(filter: UsageFilter & { includeInherited?: boolean }, page: PageRequest): Promise<Page<UsageRow>>
}

export interface UsageRow extends Usage {
  path: string
  /** 1-based line in the source. */
  line: number
  /** Lines that repeated this response; `lines - 1` were dropped. */
  lines: number
  /** The session that owns the numbers, where this row is an inherited copy. */
  ownerSessionId: string | null
}

/** Compressed frames and blobs. The store keeps bytes and knows nothing of their content. */
export interface ArchiveStore {
  /**
   * Frames of a transcript's current reading, in source order. `fromRecord` skips those that end before it, `toRecord`
   * those that begin behind it. With `allReadings` also what is kept of a source that was rotated away.
   */
  frames(
    transcriptId: number,
    range?: { fromRecord?: number; toRecord?: number; allReadings?: boolean },
  ): AsyncIterable<StoredFrame>
  /** The frame that holds a record, of whichever reading; `undefined` where the archive has none, or only pieces of it. */
  frameOf(transcriptId: number, record: number): Promise<PlainFrame | undefined>
  /** As stored: zstd. */
  blob(hash: string): Promise<Uint8Array | undefined>
  attachments(transcriptId: number): Promise<{ relativePath: string; blobHash: string; sizeBytes: number }[]>
  putAttachment(transcriptId: number, attachment: AttachmentDraft): Promise<void>
  /** Raw and stored bytes, for `doctor` and the README's figures; of one session: its frames, without blobs. */
  size(filter?: {
    sessionId?: string
  }): Promise<{ rawBytes: number; storedBytes: number; frames: number; blobs: number }>
}

/** A frame of whole records, without what was cut out of it. */
export type PlainFrame = Pick<StoredFrame, 'transcriptId' | 'firstRecord' | 'recordCount' | 'data'>

export interface StoredFrame {
  transcriptId: number
  firstRecord: number
  recordCount: number
  sourceOffset: number
  sourceBytes: number
  /** Set when the frame is one piece of an oversized record. */
  part: number | null
  /** zstd. */
  data: Uint8Array
  /** Cut blobs as `[offset in the raw bytes, hash]`. */
  blobs: [number, string][]
}

export interface ActivityStore {
  append(draft: ActivityDraft): Promise<Activity>
  list(filter: { sessionId?: string; action?: string; actor?: string }, page: PageRequest): Promise<Page<Activity>>
  /** Walks every chain. `brokenAt` names the first row whose hash does not follow. */
  verify(): Promise<{
    chains: number
    rows: number
    erased: number
    brokenAt: { chain: string; sequence: number } | null
    lastAt: string | null
  }>
}

/** What people wrote about sessions and entries. Deleted with their session. */
export interface NoteStore {
  add(draft: NoteDraft): Promise<Note>
  /** @throws AppError `not_found` */
  get(id: number): Promise<Note>
  /** Newest first. */
  list(filter: { sessionId?: string }): Promise<Note[]>
  remove(id: number): Promise<void>
}

/** Questions under a name. */
export interface SavedFilterStore {
  /** By name. */
  list(): Promise<SavedFilter[]>
  /** Takes the place of one with the same name. */
  save(filter: SavedFilter): Promise<void>
  remove(name: string): Promise<void>
}

export interface ProblemStore {
  list(filter: { agent?: string; path?: string }, page: PageRequest): Promise<Page<Problem>>
  /** Problems found outside any transcript: an unreadable directory. Kept once per (path, reason). */
  add(problems: { agent: string; path: string; line: number | null; reason: string; at: string }[]): Promise<void>
  /** Removes the file-level problems (no line) of these paths that did not come again. */
  clear(filter: { agent: string; path?: string; wholeFileOnly?: boolean }): Promise<void>
}

/** What readers did not know, counted while they read. */
export interface DriftStore {
  /** One row a name and version, last seen first. Small by nature: a reader names at most a hundred things a batch. */
  list(filter: { agent?: string }): Promise<Drift[]>
}

export interface TombstoneStore {
  list(): Promise<Tombstone[]>
  has(agent: string, externalId: string): Promise<boolean>
}

export interface ProjectStore {
  /** Finds or makes the project a directory belongs to, and notes the root. */
  ensure(evidence: ProjectEvidence): Promise<Project>
  list(): Promise<Project[]>
  /** By id, name, identity or root; several matches are all returned. */
  resolve(word: string): Promise<Project[]>
  /** The project that has the first of these folders as a root that any has. */
  at(folders: readonly string[]): Promise<Project | undefined>
  setIgnored(id: string, at: string | null): Promise<Project>
  /** Makes one project of two: what names the other names `into` from now on, what is found of it later too. */
  merge(into: string, other: string): Promise<void>
  /** What is at this root belongs to the project from now on; what was recorded there already, too. */
  move(id: string, root: string): Promise<void>
  /** Makes a project of its own of one root, with the sessions that were there. @returns its id */
  split(id: string, root: string, name: string): Promise<string>
}

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

/**
 * The full-text index. Entries are added after they are stored; what lags behind is scanned by `history/`. An entry
 * counts as indexed while its record is below its transcript's mark.
 */
export interface SearchStore {
  /** Indexed entries that match, newest first, below `beforeRowId` where given. */
  match(terms: SearchTerms, filter: SearchFilter, page: { limit: number; beforeRowId?: number }): Promise<EntryRow[]>
  /** The newest `limit` indexed matches, scored by what the index alone can tell (kind of entry, length), best first. */
  rank(terms: SearchTerms, filter: SearchFilter, limit: number): Promise<{ row: EntryRow; score: number }[]>
  /** Entries that the filter allows, newest first. `lagging` limits them to entries beyond the marks it tells. */
  candidates(
    filter: SearchFilter,
    page: { limit: number; beforeRowId?: number; lagging?: readonly LaggingTranscript[] },
  ): Promise<EntryRow[]>
  /** Tool calls whose subject (command, path, pattern) or changed path contains `text` anywhere, newest first. */
  subjects(text: string, filter: SearchFilter, page: { limit: number; beforeRowId?: number }): Promise<EntryRow[]>
  /** Adds the folded text of entries and moves the marks, in one transaction. A batch that no longer fits is left out. */
  add(batches: readonly IndexBatch[]): Promise<void>
  /** Transcripts with entries beyond their mark, newest first. */
  lagging(): Promise<LaggingTranscript[]>
  /** Rows of one transcript from `fromRecord` on, in file order. */
  rows(transcriptId: number, fromRecord: number, limit: number): Promise<IndexRow[]>
  progress(): Promise<{ entries: number; indexed: number }>
  /** Puts the marks of transcripts back to the start: before and after their entries are made anew. */
  forget(transcriptIds: readonly number[]): Promise<void>
  /** The same, and none of their words is left in the file. */
  erase(transcriptIds: readonly number[]): Promise<void>
  /** After a bulk: merges what was written in pieces, drops what belongs to transcripts that are gone. */
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

export interface IndexBatch {
  transcriptId: number
  agent: string
  epoch: number
  /** Where its entries begin: not above the transcript's mark, or there would be a gap. */
  fromRecord: number
  /** The mark afterwards. */
  throughRecord: number
  /** `text` is folded (`domain/fold.ts`). */
  rows: { row: IndexRow; text: string }[]
}

/** What indexing needs of an entry. */
export type IndexRow = Pick<EntryRow, 'rowId' | 'record' | 'block' | 'type' | 'role' | 'flags'>

/** What a new ticket is given; what is left out has its default. */
export interface TicketDraft extends Omit<TicketChange, 'closedAt' | 'closedBy'> {
  /** Tracker's name; the local one when absent. Made when it is not there yet. */
  tracker?: string
  /** Absent: the next free one of a local tracker, `T-1`. */
  ref?: string
  /** What a made ref begins with: see `prefixOf`. */
  prefix?: string
  createdBy: string
}

export interface TicketChange {
  kind?: TicketKind
  parentId?: string | null
  projectId?: string | null
  title?: string | null
  description?: string | null
  status?: TicketStatus
  priority?: Priority
  estimateMinutes?: number | null
  summary?: string | null
  tags?: string[]
  assignee?: string | null
  delegation?: Delegation
  url?: string | null
  closedAt?: string | null
  closedBy?: string | null
}

export interface TicketFilter {
  /** Tracker's id. */
  trackerId?: string
  projectId?: string
  kinds?: readonly TicketKind[]
  statuses?: readonly TicketStatus[]
  /** Null: only those without a parent. */
  parentId?: string | null
  assignee?: string
  priority?: Priority
  tag?: string
  /** Text in ref, title or description, ignoring case. */
  text?: string
  /** Held by this session; null: held by none. */
  heldBy?: string | null
  /** What can be taken: open and not waiting, held by no session that is still live, no open ticket blocks it. */
  free?: boolean
}

export interface TicketLink {
  sessionId: string
  ticketId: string
  action: TicketAction
  at: string
  by: string
}

/** Tickets, ours and mirrored ones. Rules are in `domain/ticket.ts`; nothing here checks them. */
export interface TicketStore {
  trackers(): Promise<Tracker[]>
  /** Finds or makes a tracker by name, ignoring case. */
  ensureTracker(name: string, kind?: string): Promise<Tracker>
  /** @throws AppError `conflict` when the tracker has that ref already */
  create(draft: TicketDraft): Promise<Ticket>
  /** Finds the ticket of that ref, ignoring case, or makes one of which nothing but the ref is known. */
  ensure(draft: TicketDraft & { ref: string }): Promise<Ticket>
  /** @throws AppError `not_found` */
  get(id: string): Promise<Ticket>
  /** Tickets of that ref, ignoring case: one a tracker. */
  find(ref: string, trackerId?: string): Promise<Ticket[]>
  byIds(ids: readonly string[]): Promise<Ticket[]>
  /** Last changed first, ties by id; what is free most urgent first. */
  list(filter: TicketFilter, page: OffsetRequest): Promise<Page<Ticket>>
  update(id: string, change: TicketChange): Promise<Ticket>
  delete(id: string): Promise<void>
  /** Known ancestors of tickets, nearest first, by ticket id; each ticket asked for has an entry. */
  ancestors(ids: readonly string[]): Promise<Map<string, Ticket[]>>
  /**
   * Takes a ticket for a session if it is still held as the caller last saw it: of two at once one gets it.
   *
   * @param expected the session that holds it, null for none
   * @returns false when another was faster
   */
  claim(id: string, sessionId: string, expected: string | null, at: string): Promise<boolean>
  /** Lets go of tickets that the session holds: one, or all. */
  release(sessionId: string, ticketId?: string): Promise<void>
  relate(fromId: string, kind: TicketRelation, toId: string, by: string, at: string): Promise<void>
  unrelate(fromId: string, kind: TicketRelation, toId: string): Promise<void>
  /** Relations from and to the ticket. */
  relations(id: string): Promise<{ fromId: string; kind: TicketRelation; toId: string; at: string; by: string }[]>
  /** Once for each session, ticket and action: a second time changes nothing. */
  link(link: TicketLink): Promise<void>
  unlink(link: Pick<TicketLink, 'sessionId' | 'ticketId' | 'action'>): Promise<void>
  /** Newest first. */
  links(filter: { sessionId?: string; ticketId?: string; action?: TicketAction }): Promise<TicketLink[]>
  addNote(note: Omit<TicketNote, 'id'>): Promise<TicketNote>
  /** Newest first. */
  notes(
    filter: { ticketId?: string; sessionId?: string; kinds?: readonly NoteKind[] },
    page: PageRequest,
  ): Promise<Page<TicketNote>>
}

export interface IntervalDraft {
  sessionId: string
  context: Context
  change: ContextChangeKind
  /** ISO; null: from the session's beginning on. */
  fromAt: string | null
  by: string
  why?: string | null
  source?: IntervalSource
  /** The agent's id of the tool call that does it. */
  callId?: string | null
  /** Set for a change that a subagent makes for itself. */
  transcriptId?: number | null
}

/** Context stacks: how each stands now, and from when to when each stood how. */
export interface ContextStore {
  /** A session's stack as it stands. Inside a transaction nobody else changes it until that ends. */
  get(sessionId: string, transcriptId?: number): Promise<Context>
  /** Ends the interval that holds, begins the next one, and is the session's stack from now on. */
  change(draft: IntervalDraft): Promise<FrameInterval>
  /** Newest first. */
  history(filter: { sessionId: string }, page: PageRequest): Promise<Page<FrameInterval>>
  /**
   * Notes that a person works: a session without transcript has no other clock. Calls further apart than the idle limit
   * begin a new stretch; what lies between is returned, for the person to say whether it counts.
   */
  personCall(sessionId: string, atMs: number, idleMs: number): Promise<Interval | null>
  /** Ends the stretch that goes on. */
  personStop(sessionId: string, atMs: number, idleMs: number): Promise<void>
  /** Adds a stretch that a person says was work. */
  addPersonTime(sessionId: string, interval: Interval): Promise<void>
}

export interface WorkFilter {
  sessionId?: string
  projectId?: string
  agent?: string
  /** Only what counts toward these tickets themselves, not toward others below them. */
  ticketIds?: readonly string[]
  /** ISO, [from, to). */
  from?: string
  to?: string
  /** Tickets aside: all that a session did is one part, `unattributed`. Quicker where nobody asks for what. */
  undivided?: boolean
}

/** What one session did for one ticket, for none on purpose, or for nobody said what, in one period. */
export interface WorkPart {
  sessionId: string
  /** Place in `boundaries`; 0 without any. */
  period: number
  attribution: Attribution
  /** The ticket that was current; null unless `attribution` is `ticket`. */
  ticketId: string | null
  usage: UsageTotals
  /** When it was worked on, merged over the session's transcripts: their sum is `activeMs`. */
  active: Interval[]
}

/** What can be counted of work: entries, tool calls and those that failed, changes of files, commits seen. */
export const WORK_COUNTS = ['entries', 'calls', 'failedCalls', 'fileChanges', 'commits'] as const
export type WorkCountKind = (typeof WORK_COUNTS)[number]

/** How many of each kind that was asked for. */
export interface WorkCount extends Pick<WorkPart, 'sessionId' | 'period' | 'attribution' | 'ticketId'> {
  counts: Partial<Record<WorkCountKind, number>>
}

/** What was done for which ticket: usage from rows, time from slices. The one place that answers it. */
export interface WorkStore {
  /**
   * By session, ticket and period: exact to the row, nothing left out, nothing twice. Sums over all parts equal the usage of
   * the same filter.
   *
   * @param boundaries ISO, ascending: cuts into as many periods less one; absent: one period
   * @param idleMs how long after a person's last call their time goes on
   */
  parts(filter: WorkFilter, boundaries?: readonly string[], idleMs?: number): Promise<WorkPart[]>
  /** What was done, counted the same way: each where its record lies. Inherited and withdrawn records count nowhere. */
  counts(kinds: readonly WorkCountKind[], filter: WorkFilter, boundaries?: readonly string[]): Promise<WorkCount[]>
}

export interface HandoffStore {
  /** Offers it; earlier offers of the same session are superseded by it. */
  create(
    draft: Pick<Handoff, 'sessionId' | 'projectId' | 'ticketId' | 'version' | 'payload' | 'markdown' | 'offeredBy'>,
  ): Promise<Handoff>
  /** @throws AppError `not_found` */
  get(id: string): Promise<Handoff>
  /** Newest first. */
  list(
    filter: { sessionId?: string; projectId?: string; ticketId?: string; states?: readonly HandoffState[] },
    page: PageRequest,
  ): Promise<Page<Handoff>>
  /** Notes the first time it was shown. */
  shown(id: string, toSessionId: string | null, at: string): Promise<void>
  /** Takes it, once. @returns false when it is no longer offered */
  accept(id: string, by: string, sessionId: string, at: string): Promise<boolean>
  /** @returns how many offers of before `before` expired */
  expire(before: string, at: string): Promise<number>
}

/** By what a caller is known: a connection or terminal, a process, an agent's own session, a directory's pointer. */
export type BindingKind = 'connection' | 'process' | 'agent'

export interface BindingStore {
  /** The value stands for the session from now on. */
  bind(kind: BindingKind, values: readonly string[], sessionId: string, atMs: number): Promise<void>
  /** Bindings of this machine, newest first. */
  find(kind: BindingKind, values: readonly string[]): Promise<{ value: string; sessionId: string; atMs: number }[]>
  /** Bindings of this machine that stand for these sessions, newest first. */
  of(kind: BindingKind, sessionIds: readonly string[]): Promise<{ value: string; sessionId: string; atMs: number }[]>
  unbind(kind: BindingKind, values: readonly string[]): Promise<void>
}

/** What agents tell by hooks of what they are at. */
export interface PresenceStore {
  /**
   * Of these events those that were not taken before; from now on they are. For the transaction that acts on them: each is
   * acted on once, whoever else takes events in and whatever was left behind by a crash. Names are kept for 7 days.
   */
  take(names: readonly string[], atMs: number): Promise<string[]>
  /** Sets the session's presence, with since when and what it is about. */
  note(sessionId: string, presence: Presence, sinceMs: number, about: string | null): Promise<void>
  /** Since when the sessions' agents do what they do, and what. Sessions of which no hook told are absent. */
  of(sessionIds: readonly string[]): Promise<Map<string, { sinceMs: number; about: string | null }>>
}

/** Key and value, for callers' own use: any JSON. */
export interface SessionDataStore {
  get(sessionId: string, name: string): Promise<unknown>
  all(sessionId: string): Promise<Record<string, unknown>>
  set(sessionId: string, name: string, value: unknown): Promise<void>
  /** One, or all of the session's. @returns how many were there */
  remove(sessionId: string, name?: string): Promise<number>
}

export interface SuggestionDecision {
  sessionId: string
  /** Folded: see `foldRef`. */
  ref: string
  decision: 'accepted' | 'refused'
  at: string
  by: string
  why: string | null
}

/** What people said to suggestions. Suggestions themselves are worked out when asked. */
export interface SuggestionStore {
  decide(decision: SuggestionDecision): Promise<void>
  decisions(filter: { sessionIds?: readonly string[] }): Promise<SuggestionDecision[]>
}

export type { SearchTerms, TranscriptKind }
