import type { Delegation, Priority, Ticket, TicketKind, TicketStatus } from '../../domain/ticket.ts'
import { STALE_MS } from '../../domain/session.ts'
import { PRIORITIES, foldRef } from '../../domain/ticket.ts'
import type { TicketFilter } from '../ticket-store.ts'
import { among, contains, every, is } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'

export interface TicketRow {
  id: number
  uid: string
  tracker_uid: string
  tracker_name: string
  ref: string
  kind: string
  parent_uid: string | null
  parent_ref: string | null
  project_uid: string | null
  title: string | null
  description: string | null
  status: string
  priority: string
  estimate_minutes: number | null
  summary: string | null
  tags: string
  assignee: string | null
  delegation: string
  url: string | null
  held_by_uid: string | null
  held_since: string | null
  created_at: string
  created_by: string
  updated_at: string
  closed_at: string | null
  closed_by: string | null
}

export const TICKET_FROM = `FROM ticket k JOIN tracker r ON r.id = k.tracker_id LEFT JOIN ticket up ON up.id = k.parent_id
  LEFT JOIN project p ON p.id = k.project_id LEFT JOIN session h ON h.id = k.held_by_id`

const SELECT = `SELECT k.id, k.uid, r.uid AS tracker_uid, r.name AS tracker_name, k.ref, k.kind, up.uid AS parent_uid,
  up.ref AS parent_ref, p.uid AS project_uid, k.title, k.description, k.status, k.priority, k.estimate_minutes, k.summary,
  k.tags, k.assignee, k.delegation, k.url, h.uid AS held_by_uid, k.held_since, k.created_at, k.created_by, k.updated_at,
  k.closed_at, k.closed_by ${TICKET_FROM}`

/** @param rest what follows WHERE: conditions on ticket `k` and the like, ORDER BY, LIMIT */
export function readTickets(connection: Connection, { sql, values }: Condition, rest = ''): Promise<TicketRow[]> {
  return connection.all<TicketRow>(`${SELECT} WHERE ${sql} ${rest}`, values)
}

export function toTicket(row: TicketRow): Ticket {
  return {
    id: row.uid,
    trackerId: row.tracker_uid,
    tracker: row.tracker_name,
    ref: row.ref,
    kind: row.kind as TicketKind,
    parentId: row.parent_uid,
    parentRef: row.parent_ref,
    projectId: row.project_uid,
    title: row.title,
    description: row.description,
    status: row.status as TicketStatus,
    priority: row.priority as Priority,
    estimateMinutes: row.estimate_minutes,
    summary: row.summary,
    tags: JSON.parse(row.tags) as string[],
    assignee: row.assignee,
    delegation: row.delegation as Delegation,
    url: row.url,
    heldBySessionId: row.held_by_uid,
    heldSince: row.held_since,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    closedAt: row.closed_at,
    closedBy: row.closed_by,
  }
}

/** The filter's fields as conditions on the tables of `TICKET_FROM`. */
export function ticketCondition(workspaceId: number, filter: TicketFilter, nowMs: number): Condition {
  const { trackerId, projectId, kinds, statuses, parentId, assignee, priority, tag, text, heldBy } = filter
  return every(
    is('k.workspace_id = ?', workspaceId),
    trackerId !== undefined && is('r.uid = ?', trackerId),
    projectId !== undefined && is('p.uid = ?', projectId),
    kinds !== undefined && among('k.kind', kinds),
    statuses !== undefined && among('k.status', statuses),
    parentId !== undefined && (parentId === null ? is('k.parent_id IS NULL') : is('up.uid = ?', parentId)),
    assignee !== undefined && is('lower(k.assignee) = lower(?)', assignee),
    priority !== undefined && is('k.priority = ?', priority),
    // Tags are a JSON list of texts: one of them stands between its quotes.
    tag !== undefined && contains(['k.tags'], JSON.stringify(tag)),
    text !== undefined &&
      contains(['k.ref_folded', "COALESCE(k.title, '')", "COALESCE(k.description, '')"], foldRef(text)),
    heldBy !== undefined && (heldBy === null ? is('k.held_by_id IS NULL') : is('h.uid = ?', heldBy)),
    filter.free === true && isFree(nowMs),
  )
}

/** Places of the priorities, the most urgent highest. */
export const URGENCY = `CASE k.priority ${PRIORITIES.map((name, place) => `WHEN '${name}' THEN ${place}`).join(' ')} END`

/** A session that ended, went stale or whose agent is gone holds nothing. */
function isFree(nowMs: number): Condition {
  return is(
    `k.status IN ('open', 'in_progress', 'ready', 'tested') AND (h.id IS NULL OR h.status NOT IN ('active', 'paused')
       OR h.last_ms < ? OR h.presence = 'gone')
     AND NOT EXISTS (SELECT 1 FROM ticket_relation x JOIN ticket b ON b.id = x.from_id
       WHERE x.kind = 'blocks' AND x.to_id = k.id AND b.status NOT IN ('done', 'closed', 'cancelled'))`,
    nowMs - STALE_MS,
  )
}
