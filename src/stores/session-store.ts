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
import type { Tombstone } from '../domain/tombstone.ts'
import type { UsageTotals } from '../domain/usage.ts'
import type { OffsetRequest, Page } from './page.ts'

export interface SessionFilter {
  sessionId?: string
  /** Any of these; none at all where it is empty. */
  sessionIds?: readonly string[]
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
  /** Only sessions that came from this one. */
  parentId?: string
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

export interface TombstoneStore {
  list(): Promise<Tombstone[]>
  has(agent: string, externalId: string): Promise<boolean>
}

/** Key and value, for callers' own use: any JSON. */
export interface SessionDataStore {
  get(sessionId: string, name: string): Promise<unknown>
  all(sessionId: string): Promise<Record<string, unknown>>
  set(sessionId: string, name: string, value: unknown): Promise<void>
  /** One, or all of the session's. @returns how many were there */
  remove(sessionId: string, name?: string): Promise<number>
}
