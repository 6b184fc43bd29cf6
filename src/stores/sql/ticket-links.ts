import type { NoteKind, TicketAction, TicketNote, TicketRelation } from '../../domain/ticket.ts'
import type { TicketLink, TicketStore } from '../ticket-store.ts'
import { among, every, is } from './condition.ts'
import { first } from './connection.ts'
import { countRows } from './count-rows.ts'
import { checkLimit, readCursor, toPage } from './page.ts'
import { rowIdOf } from './row-id.ts'
import type { Scope } from './scope.ts'

type Links = Pick<TicketStore, 'relate' | 'unrelate' | 'relations' | 'link' | 'unlink' | 'links' | 'addNote' | 'notes'>

const NOTES = 'FROM ticket_note n JOIN ticket k ON k.id = n.ticket_id LEFT JOIN session s ON s.id = n.session_id'

/** How tickets hang together with one another, with sessions, and with what was written on them. */
export function ticketLinks(scope: Scope): Links {
  const { database, workspaceId } = scope
  return {
    relate: (fromId, kind, toId, by, at) =>
      database.write(async (connection) => {
        const ends = [
          await rowIdOf(connection, scope, 'ticket', fromId),
          kind,
          await rowIdOf(connection, scope, 'ticket', toId),
        ]
        await connection.run(
          `INSERT INTO ticket_relation (workspace_id, from_id, kind, to_id, at, by_whom) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT DO NOTHING`,
          [workspaceId, ...ends, at, by],
        )
      }, 'full'),
    unrelate: (fromId, kind, toId) =>
      database.write(async (connection) => {
        const ends = [
          await rowIdOf(connection, scope, 'ticket', fromId),
          kind,
          await rowIdOf(connection, scope, 'ticket', toId),
        ]
        await connection.run(
          'DELETE FROM ticket_relation WHERE workspace_id = ? AND from_id = ? AND kind = ? AND to_id = ?',
          [workspaceId, ...ends],
        )
      }, 'full'),
    relations: (id) =>
      database.read((connection) =>
        connection.all<{ fromId: string; kind: TicketRelation; toId: string; at: string; by: string }>(
          `SELECT a.uid AS "fromId", x.kind, b.uid AS "toId", x.at, x.by_whom AS "by" FROM ticket_relation x
           JOIN ticket a ON a.id = x.from_id JOIN ticket b ON b.id = x.to_id
           WHERE x.workspace_id = ? AND (a.uid = ? OR b.uid = ?) ORDER BY x.at, a.uid, b.uid`,
          [workspaceId, id, id],
        ),
      ),
    link: (link) =>
      database.write(async (connection) => {
        const session = await rowIdOf(connection, scope, 'session', link.sessionId)
        const ticket = await rowIdOf(connection, scope, 'ticket', link.ticketId)
        await connection.run(
          `INSERT INTO session_ticket (workspace_id, session_id, ticket_id, action, at, by_whom) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT DO NOTHING`,
          [workspaceId, session, ticket, link.action, link.at, link.by],
        )
      }, 'full'),
    unlink: ({ sessionId, ticketId, action }) =>
      database.write(async (connection) => {
        const session = await rowIdOf(connection, scope, 'session', sessionId)
        const ticket = await rowIdOf(connection, scope, 'ticket', ticketId)
        await connection.run(
          'DELETE FROM session_ticket WHERE workspace_id = ? AND session_id = ? AND ticket_id = ? AND action = ?',
          [workspaceId, session, ticket, action],
        )
      }, 'full'),
    links: ({ sessionId, ticketId, action }) =>
      database.read((connection) => {
        const where = every(
          is('l.workspace_id = ?', workspaceId),
          sessionId !== undefined && is('s.uid = ?', sessionId),
          ticketId !== undefined && is('k.uid = ?', ticketId),
          action !== undefined && is('l.action = ?', action),
        )
        return connection.all<TicketLink & { action: TicketAction }>(
          `SELECT s.uid AS "sessionId", k.uid AS "ticketId", l.action, l.at, l.by_whom AS "by" FROM session_ticket l
           JOIN session s ON s.id = l.session_id JOIN ticket k ON k.id = l.ticket_id
           WHERE ${where.sql} ORDER BY l.at DESC, l.session_id DESC, l.ticket_id DESC, l.action`,
          where.values,
        )
      }),
    addNote: (note) =>
      database.write(async (connection) => {
        const ticket = await rowIdOf(connection, scope, 'ticket', note.ticketId)
        const session = await rowIdOf(connection, scope, 'session', note.sessionId)
        const row = await first<{ id: number }>(
          connection,
          `INSERT INTO ticket_note (workspace_id, ticket_id, session_id, kind, text, at, by_whom)
           VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
          [workspaceId, ticket, session, note.kind, note.text, note.at, note.by],
        )
        return { ...note, id: row?.id ?? 0 }
      }, 'full'),
    notes: ({ ticketId, sessionId, kinds }, page) =>
      database.read(async (connection) => {
        const limit = checkLimit(page.limit)
        const matching = every(
          is('n.workspace_id = ?', workspaceId),
          ticketId !== undefined && is('k.uid = ?', ticketId),
          sessionId !== undefined && is('s.uid = ?', sessionId),
          kinds !== undefined && among('n.kind', kinds),
        )
        const before = page.cursor === undefined ? undefined : readCursor(page.cursor, 1)[0]
        const where = every(matching, before !== undefined && is('n.id < ?', before))
        const rows = await connection.all<TicketNote & { kind: NoteKind }>(
          `SELECT n.id, k.uid AS "ticketId", s.uid AS "sessionId", n.kind, n.text, n.at, n.by_whom AS "by" ${NOTES}
           WHERE ${where.sql} ORDER BY n.id DESC LIMIT ?`,
          [...where.values, limit + 1],
        )
        const total = await countRows(connection, NOTES, matching)
        return toPage(
          rows,
          limit,
          total,
          (row) => [row.id],
          (row) => ({ ...row }),
        )
      }),
  }
}
