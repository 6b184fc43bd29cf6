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
import type { OffsetRequest, Page, PageRequest } from './page.ts'

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
