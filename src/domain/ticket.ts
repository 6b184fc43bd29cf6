import { AppError, shownValue } from './errors.ts'

/** What a ticket is. `ticket`: nobody said. */
export const TICKET_KINDS = ['project', 'epic', 'sprint', 'task', 'subtask', 'ticket'] as const
export type TicketKind = (typeof TICKET_KINDS)[number]

export const TICKET_STATUSES = [
  'open',
  'in_progress',
  'ready',
  'tested',
  'done',
  'closed',
  'waiting',
  'blocked',
  'cancelled',
] as const
export type TicketStatus = (typeof TICKET_STATUSES)[number]

export const PRIORITIES = ['low', 'medium', 'high', 'critical'] as const
export type Priority = (typeof PRIORITIES)[number]

/** Whether somebody was given the work and has taken it up. */
export const DELEGATIONS = ['unassigned', 'assigned', 'in_progress', 'completed'] as const
export type Delegation = (typeof DELEGATIONS)[number]

/** What a session had to do with a ticket; a session may have several. */
export const TICKET_ACTIONS = ['worked_on', 'created', 'discovered', 'mentioned', 'closed'] as const
export type TicketAction = (typeof TICKET_ACTIONS)[number]

export const TICKET_RELATIONS = ['blocks', 'relates', 'duplicates'] as const
export type TicketRelation = (typeof TICKET_RELATIONS)[number]

/** What somebody wrote on a ticket: how it goes (`update`), what to remember (`note`), what was made or done (`log`). */
export const NOTE_KINDS = ['update', 'note', 'log'] as const
export type NoteKind = (typeof NOTE_KINDS)[number]

/** Where tickets live: ours, or a mirror of somebody else's. */
export interface Tracker {
  id: string
  /** `local`, or the kind of service it mirrors. */
  kind: string
  /** Unique ignoring case: `local`, `jira`. */
  name: string
}

/** Anything with a ref that work counts toward. */
export interface Ticket {
  id: string
  trackerId: string
  tracker: string
  /** `T-4`, `PROJ-123`: unique in its tracker ignoring case, kept as first written. */
  ref: string
  kind: TicketKind
  parentId: string | null
  parentRef: string | null
  /** The code base it was made in. */
  projectId: string | null
  /** Null where only the ref is known. */
  title: string | null
  description: string | null
  status: TicketStatus
  priority: Priority
  estimateMinutes: number | null
  summary: string | null
  tags: string[]
  assignee: string | null
  delegation: Delegation
  url: string | null
  /** The session that works on it and since when. A session that is no longer live holds nothing. */
  heldBySessionId: string | null
  heldSince: string | null
  createdAt: string
  createdBy: string
  updatedAt: string
  closedAt: string | null
  closedBy: string | null
}

export interface TicketNote {
  id: number
  ticketId: string
  sessionId: string | null
  kind: NoteKind
  text: string
  at: string
  by: string
}

const LEVELS: Record<Exclude<TicketKind, 'ticket'>, number> = { project: 0, epic: 1, sprint: 2, task: 3, subtask: 4 }

/** How deep a kind lies in project > epic > sprint > task > subtask; undefined where the kind is not known. */
export function levelOf(kind: TicketKind): number | undefined {
  return kind === 'ticket' ? undefined : LEVELS[kind]
}

/** Whether one may be the parent of the other: a shallower level, or an unknown kind on either side. */
export function mayHold(parent: TicketKind, child: TicketKind): boolean {
  const [above, below] = [levelOf(parent), levelOf(child)]
  return above === undefined || below === undefined || above < below
}

const CLOSED: readonly TicketStatus[] = ['done', 'closed', 'cancelled']

/** Nothing is left to do on it. */
export function isClosed(status: TicketStatus): boolean {
  return CLOSED.includes(status)
}

const AT_WORK: readonly TicketStatus[] = ['open', 'in_progress', 'ready', 'tested', 'waiting', 'blocked']

/**
 * The statuses a ticket may take next. While it is open it moves freely, except that only work that was begun is `tested`;
 * what is closed opens again on purpose (`reopen`), and what is done may be closed.
 */
export function nextStatuses(from: TicketStatus, { reopen = false }: { reopen?: boolean } = {}): TicketStatus[] {
  if (!isClosed(from)) {
    const begun = from !== 'open' && from !== 'waiting' && from !== 'blocked'
    return [...AT_WORK, ...CLOSED].filter((to) => to !== from && (to !== 'tested' || begun))
  }
  const reopened: TicketStatus[] = reopen ? ['open', 'in_progress'] : []
  return from === 'done' ? ['closed', ...reopened] : reopened
}

/** @throws AppError `conflict` when that status may not follow */
export function checkTransition(
  ticket: Pick<Ticket, 'ref' | 'status'>,
  to: TicketStatus,
  options: { reopen?: boolean } = {},
): void {
  if (to === ticket.status) return
  const allowed = nextStatuses(ticket.status, options)
  if (allowed.includes(to)) return
  const may = allowed.length === 0 ? 'it has to be reopened first' : `next may be ${allowed.join(', ')}`
  throw new AppError('conflict', `${ticket.ref} is ${words(ticket.status)} and cannot become ${words(to)}; ${may}`, {
    hint: isClosed(ticket.status)
      ? `daybook task activate ${ticket.ref} --reopen`
      : `daybook ticket transition ${ticket.ref} ${allowed[0]}`,
  })
}

/** A status as it is said: `in progress`. */
export function words(status: TicketStatus | Delegation): string {
  return status.replace('_', ' ')
}

const LONGEST_REF = 200

/**
 * A ref as callers may write it: any text that is not blank, without spaces around it.
 *
 * @throws AppError `invalid` for blank text, control characters and what is longer than 200
 */
export function checkRef(text: string): string {
  const ref = text.trim()
  if (ref !== '' && ref.length <= LONGEST_REF && !/[\x00-\x1f\x7f]/.test(ref)) return ref
  throw new AppError('invalid', `ticket ${shownValue(text)} is not a ref`, {
    hint: 'daybook ticket list',
  })
}

/** Under what a ref is unique: without regard to case. */
export function foldRef(ref: string): string {
  return ref.normalize('NFC').toLowerCase()
}

const KIND_PREFIXES: Partial<Record<TicketKind, string>> = { project: 'PROJECT', epic: 'EPIC', sprint: 'SPRINT' }

/** What the refs of a local ticket begin with: the configured prefix, or for wider kinds their name. */
export function prefixOf(kind: TicketKind, configured = 'T'): string {
  return KIND_PREFIXES[kind] ?? configured
}

/** `1` means `SPRINT-1` where a sprint is asked for; anything else means itself. */
export function sprintRef(word: string): string {
  const ref = checkRef(word)
  return /^\d{1,9}$/.test(ref) ? `SPRINT-${Number(ref)}` : ref
}
