import type { TicketView } from '../ticket-view.ts'

/** A ticket in the words of older tools beside ours: `id` is its ref, `state` its status. */
export function ticketFields(ticket: TicketView) {
  return {
    id: ticket.ref,
    ref: ticket.ref,
    title: ticket.title,
    description: ticket.description,
    kind: ticket.kind,
    state: ticket.status,
    status: ticket.status,
    priority: ticket.priority,
    parent_epic: ticket.parentRef,
    tags: ticket.tags,
    assignee: ticket.assignee,
    delegation_status: ticket.delegation,
    estimate_minutes: ticket.estimateMinutes,
    summary: ticket.summary,
    url: ticket.url,
    tracker: ticket.tracker,
    held_by: ticket.holder === null ? null : (ticket.holder.key ?? ticket.holder.ref),
    held_since: ticket.holder === null ? null : ticket.heldSince,
    created_at: ticket.createdAt,
    created_by: ticket.createdBy,
    updated_at: ticket.updatedAt,
    closed_at: ticket.closedAt,
    closed_by: ticket.closedBy,
  }
}
