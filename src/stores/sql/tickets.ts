import { AppError, shownValue } from '../../domain/errors.ts'
import { PRIORITIES, foldRef } from '../../domain/ticket.ts'
import type { Priority, Ticket } from '../../domain/ticket.ts'
import type { TicketChange, TicketStore } from '../ticket-store.ts'
import { every, is, among, lists } from './condition.ts'
import { first } from './connection.ts'
import type { Connection, Value } from './connection.ts'
import { countRows } from './count-rows.ts'
import { createTicket, ensureTicket, ensureTracker } from './create-ticket.ts'
import { checkLimit, checkOffset, readCursor, toPage } from './page.ts'
import { rowIdOf } from './row-id.ts'
import { nowIso } from './scope.ts'
import type { Scope } from './scope.ts'
import { ticketAncestors } from './ticket-ancestors.ts'
import { ticketLinks } from './ticket-links.ts'
import { TICKET_FROM, URGENCY, readTickets, ticketCondition, toTicket } from './ticket-rows.ts'
import type { TicketRow } from './ticket-rows.ts'

export function ticketStore(scope: Scope): TicketStore {
  const { database, workspaceId } = scope
  return {
    trackers: () =>
      database.read((connection) =>
        connection.all('SELECT uid AS id, kind, name FROM tracker WHERE workspace_id = ? ORDER BY id', [workspaceId]),
      ),
    ensureTracker: (name, kind) =>
      database.write(async (connection) => {
        const { uid, ...tracker } = await ensureTracker(connection, scope, name, kind)
        return { id: uid, kind: tracker.kind, name: tracker.name }
      }, 'full'),
    create: (draft) => database.write((connection) => createTicket(connection, scope, draft), 'full'),
    ensure: (draft) => database.write((connection) => ensureTicket(connection, scope, draft), 'full'),
    get: (id) => database.read((connection) => getTicket(connection, scope, id)),
    find: (ref, trackerId) =>
      database.read(async (connection) => {
        const where = every(
          is('k.workspace_id = ? AND k.ref_folded = ?', workspaceId, foldRef(ref)),
          trackerId !== undefined && is('r.uid = ?', trackerId),
        )
        return (await readTickets(connection, where, 'ORDER BY k.id')).map(toTicket)
      }),
    byIds: (ids) =>
      database.read(async (connection) => {
        const found: Ticket[] = []
        for (const some of lists([...new Set(ids)])) {
          const where = every(is('k.workspace_id = ?', workspaceId), among('k.uid', some))
          found.push(...(await readTickets(connection, where, 'ORDER BY k.id')).map(toTicket))
        }
        return found
      }),
    list: (filter, page) =>
      database.read(async (connection) => {
        const limit = checkLimit(page.limit)
        const matching = ticketCondition(workspaceId, filter, scope.now())
        const order = filter.free ? [URGENCY, 'k.updated_at', 'k.uid'] : ['k.updated_at', 'k.uid']
        const after = page.cursor === undefined ? undefined : readCursor(page.cursor, order.length)
        const marks = order.map(() => '?').join(', ')
        const where = every(matching, after && is(`(${order.join(', ')}) < (${marks})`, ...after))
        const sorted = `ORDER BY ${order.map((key) => `${key} DESC`).join(', ')}`
        const rows = await readTickets(connection, where, `${sorted} LIMIT ${limit + 1} OFFSET ${checkOffset(page)}`)
        const total = await countRows(connection, TICKET_FROM, matching)
        const place = ({ priority, updated_at, uid }: TicketRow): Value[] =>
          filter.free ? [PRIORITIES.indexOf(priority as Priority), updated_at, uid] : [updated_at, uid]
        return toPage(rows, limit, total, place, toTicket)
      }),
    update: (id, change) => database.write((connection) => updateTicket(connection, scope, id, change), 'full'),
    delete: (id) => database.write((connection) => deleteTicket(connection, scope, id), 'full'),
    ancestors: (ids) => database.read((connection) => ticketAncestors(connection, workspaceId, ids)),
    claim: (id, sessionId, expected, at) =>
      database.write(async (connection) => {
        const session = await rowIdOf(connection, scope, 'session', sessionId)
        const holder = await rowIdOf(connection, scope, 'session', expected)
        const changed = await connection.run(
          `UPDATE ticket SET held_by_id = ?, held_since = CASE WHEN held_by_id = ? THEN held_since ELSE ? END
           WHERE workspace_id = ? AND uid = ? AND ${holder === null ? 'held_by_id IS NULL' : 'held_by_id = ?'}`,
          [session, session, at, workspaceId, id, ...(holder === null ? [] : [holder])],
        )
        return changed > 0
      }, 'full'),
    release: (sessionId, ticketId) =>
      database.write(async (connection) => {
        const session = await rowIdOf(connection, scope, 'session', sessionId)
        await connection.run(
          `UPDATE ticket SET held_by_id = NULL, held_since = NULL
           WHERE workspace_id = ? AND held_by_id = ?${ticketId === undefined ? '' : ' AND uid = ?'}`,
          [workspaceId, session, ...(ticketId === undefined ? [] : [ticketId])],
        )
      }, 'full'),
    ...ticketLinks(scope),
  }
}

async function getTicket(connection: Connection, { workspaceId }: Scope, id: string): Promise<Ticket> {
  const [row] = await readTickets(connection, is('k.workspace_id = ? AND k.uid = ?', workspaceId, id))
  if (row) return toTicket(row)
  throw new AppError('not_found', `no ticket ${shownValue(id)}`, { hint: 'daybook context' })
}

/** Fields that are kept as they come, with their columns. */
const PLAIN = [
  ['kind', 'kind'],
  ['title', 'title'],
  ['description', 'description'],
  ['status', 'status'],
  ['priority', 'priority'],
  ['estimateMinutes', 'estimate_minutes'],
  ['summary', 'summary'],
  ['assignee', 'assignee'],
  ['delegation', 'delegation'],
  ['url', 'url'],
  ['closedAt', 'closed_at'],
  ['closedBy', 'closed_by'],
] as const

async function updateTicket(connection: Connection, scope: Scope, id: string, change: TicketChange): Promise<Ticket> {
  const columns: [string, Value][] = [['updated_at', nowIso(scope)]]
  for (const [field, column] of PLAIN) if (change[field] !== undefined) columns.push([column, change[field]])
  if (change.tags !== undefined) columns.push(['tags', JSON.stringify(change.tags)])
  if (change.parentId !== undefined)
    columns.push(['parent_id', await parentRow(connection, scope, id, change.parentId)])
  if (change.projectId !== undefined)
    columns.push(['project_id', await rowIdOf(connection, scope, 'project', change.projectId)])
  await connection.run(
    `UPDATE ticket SET ${columns.map(([name]) => `${name} = ?`).join(', ')} WHERE workspace_id = ? AND uid = ?`,
    [...columns.map(([, value]) => value), scope.workspaceId, id],
  )
  return getTicket(connection, scope, id)
}

/** @throws AppError `conflict` when the parent lies below the ticket itself */
async function parentRow(
  connection: Connection,
  scope: Scope,
  id: string,
  parentId: string | null,
): Promise<number | null> {
  if (parentId === null) return null
  const above = (await ticketAncestors(connection, scope.workspaceId, [parentId])).get(parentId) ?? []
  if (parentId === id || above.some((ticket) => ticket.id === id)) {
    const { ref } = await getTicket(connection, scope, id)
    throw new AppError('conflict', `${ref} cannot lie below itself`)
  }
  return rowIdOf(connection, scope, 'ticket', parentId)
}

async function deleteTicket(connection: Connection, scope: Scope, id: string): Promise<void> {
  const row = await first<{ id: number }>(connection, 'SELECT id FROM ticket WHERE workspace_id = ? AND uid = ?', [
    scope.workspaceId,
    id,
  ])
  if (!row) return
  for (const statement of GO_WITH_TICKET) await connection.run(statement, [row.id])
}

const GO_WITH_TICKET = [
  'UPDATE ticket SET parent_id = NULL WHERE parent_id = ?',
  'DELETE FROM ticket_relation WHERE from_id = ?',
  'DELETE FROM ticket_relation WHERE to_id = ?',
  'DELETE FROM ticket_note WHERE ticket_id = ?',
  'DELETE FROM session_ticket WHERE ticket_id = ?',
  'UPDATE handoff SET ticket_id = NULL WHERE ticket_id = ?',
  'DELETE FROM ticket WHERE id = ?',
]
