import type { Frame } from './context.ts'
import type { UsageTotals } from './usage.ts'

export const SESSION_STATUSES = ['active', 'paused', 'completed', 'failed', 'abandoned', 'expired'] as const
export type SessionStatus = (typeof SESSION_STATUSES)[number]

/** How a session can end on purpose. */
export const SESSION_ENDS = ['completed', 'failed', 'abandoned'] as const satisfies readonly SessionStatus[]

/** What a list can be asked for by status: the two that are flags of a session as well. */
export const STATUS_FILTERS = [...SESSION_STATUSES, 'archived', 'handoff_ready'] as const
export type StatusFilter = (typeof STATUS_FILTERS)[number]

export const SESSION_KINDS = ['work', 'planning', 'review'] as const
export type SessionKind = (typeof SESSION_KINDS)[number]

export const CHANNELS = ['cli', 'mcp', 'api', 'gui', 'hook', 'import'] as const
export type Channel = (typeof CHANNELS)[number]

export const RELATIONS = ['continues', 'resumes', 'forks', 'hands_off'] as const
export type Relation = (typeof RELATIONS)[number]

/** What an agent or person does at the moment, from hooks, calls and transcripts. Never a status. */
export const PRESENCES = ['working', 'awaiting_input', 'awaiting_approval', 'idle', 'gone'] as const
export type Presence = (typeof PRESENCES)[number]

/** What stands for the agent where a person works by hand. */
export const PERSON = 'person'

/** The agent that stands for programs which keep sessions of their own here. */
export const KEPT_AGENT = 'daybook'

/** What refs of their sessions begin with: `db-7f3a91`. */
export const KEPT_REF_PREFIX = 'db'

/** Who speaks in what they keep. */
export const KEPT_ROLES = ['user', 'assistant', 'tool'] as const
export type KeptRole = (typeof KEPT_ROLES)[number]

/** Where a title came from, weakest first; a stronger source replaces a weaker one, never the other way. */
export const TITLE_SOURCES = ['prompt', 'agent', 'custom', 'user'] as const
export type TitleSource = (typeof TITLE_SOURCES)[number]

/** A bounded stretch of work by one agent or person in one project. Everything else hangs off it. */
export interface Session {
  /** UUIDv7, unique per (agent, external id). */
  id: string
  /** `SESSION-001`; null until somebody works with the session on purpose. */
  key: string | null
  /** Short name of imported history, `cc-7f3a91`. Always present; `key` is shown where there is one. */
  ref: string
  projectId: string | null
  /** The project's name, for display. */
  project: string | null
  title: string | null
  titleSource: TitleSource | null
  purpose: string | null
  kind: SessionKind
  agent: string
  /** The agent's own id of the session. */
  externalId: string
  channel: Channel
  machineId: string
  tags: string[]
  status: SessionStatus
  archivedAt: string | null
  starredAt: string | null
  /** It came in a file, and nobody has accepted that yet: nothing of it goes to an agent. */
  quarantined: boolean
  /** When its content was taken out; its usage stays and counts. */
  prunedAt: string | null
  handoffReady: boolean
  parentId: string | null
  relation: Relation | null
  gitBranch: string | null
  cwd: string | null
  /** Whose work it is, where somebody said or the system knows. */
  userId: string | null
  /** What an agent calls itself: a role, a profile. */
  agentName: string | null
  /** What the client of a tool server called itself. */
  clientName: string | null
  customMetadata: Record<string, unknown>
  /** As hooks and calls last told; null where nothing tells. */
  presence: Presence | null
  /** Made by a first call that named no session, not on purpose. */
  implicit: boolean
  /** This work belongs to no ticket. */
  optedOut: boolean
  /** What it works on, outermost first; the deepest is the current ticket. */
  stack: Frame[]
  pausedAt: string | null
  resumedAt: string | null
  summaryMarkdown: string | null
  compactMarkdown: string | null
  /** When it was started here; null for history that was only read. */
  openedAt: string | null
  /** The last call on its behalf; null for history that was only read. */
  calledAt: string | null
  /** The agent's version as it last reported it. */
  agentVersion: string | null
  startedAt: string
  lastActivityAt: string
  endedAt: string | null
  /** User and assistant messages of main transcripts, without injected, meta and compaction text, without inherited ones. */
  messageCount: number
  invocationCount: number
  failedCount: number
  subagentCount: number
  /** Summed tool time of its calls: see `Invocation.durationMs`. */
  toolMs: number
  /**
   * Slices: gaps up to 5 minutes count in full, longer ones only while a tool or the model was at work. A person's: from call
   * to call and on through the idle limit, as of now.
   */
  activeMs: number
  /** From the first to the last entry; through a person's time, too. */
  wallMs: number
  usage: UsageTotals
}

/** Not ended. */
export function isOpen({ status }: Pick<Session, 'status'>): boolean {
  return status === 'active' || status === 'paused'
}

/** So long without a call, and a session made by a first call is put away; a person's time ends. Unless configured. */
export const IDLE_MS = 30 * 60_000

/** So long without activity, and an open session is stale: it reads as expired. */
export const STALE_MS = 24 * 3_600_000

/** Made by a first call, and no transcript belongs to it: its clock is the short one. */
export function isUnbound({ implicit, externalId, id }: Pick<Session, 'implicit' | 'externalId' | 'id'>): boolean {
  return implicit && externalId === id
}

/**
 * What a session's status is now. Expiry is computed when read, never stored by a timer: after strictly more than the
 * idle limit for an active session that is unbound, after 24 hours for any other that is open.
 *
 * @param idleMs the idle limit; without it only staleness counts
 */
export function statusAt(
  session: Pick<Session, 'status' | 'lastActivityAt' | 'implicit' | 'externalId' | 'id'>,
  nowMs: number,
  idleMs = STALE_MS,
): SessionStatus {
  if (!isOpen(session)) return session.status
  const isShort = session.status === 'active' && isUnbound(session)
  const limitMs = isShort ? Math.min(idleMs, STALE_MS) : STALE_MS
  return nowMs - Date.parse(session.lastActivityAt) > limitMs ? 'expired' : session.status
}
