import { AppError, shownValue } from '../../domain/errors.ts'
import type { Handoff, HandoffState } from '../../domain/handoff.ts'
import { uuidv7 } from '../../domain/ids.ts'
import type { HandoffStore } from '../handoff-store.ts'
import { sha256 } from '../../domain/sha256.ts'
import { among, every, is } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'
import { countRows } from './count-rows.ts'
import { checkLimit, readCursor, toPage } from './page.ts'
import { rowIdOf } from './row-id.ts'
import { nowIso } from './scope.ts'
import type { Scope } from './scope.ts'

interface HandoffRow extends Omit<Handoff, 'payload' | 'state'> {
  row: number
  payload: string
  state: string
}

const FROM = `FROM handoff o JOIN session s ON s.id = o.session_id LEFT JOIN project p ON p.id = o.project_id
  LEFT JOIN ticket k ON k.id = o.ticket_id LEFT JOIN session t ON t.id = o.shown_to_id
  LEFT JOIN session a ON a.id = o.accepted_by_id LEFT JOIN handoff n ON n.id = o.superseded_by_id`
const SELECT = `SELECT o.id AS "row", o.uid AS id, s.uid AS "sessionId", p.uid AS "projectId", k.uid AS "ticketId", o.version,
  o.payload, o.markdown, o.sha256, o.state, o.offered_at AS "offeredAt", o.offered_by AS "offeredBy", o.shown_at AS "shownAt",
  t.uid AS "shownToSessionId", o.accepted_at AS "acceptedAt", o.accepted_by AS "acceptedBy",
  a.uid AS "acceptedBySessionId", o.superseded_at AS "supersededAt", n.uid AS "supersededById",
  o.expired_at AS "expiredAt" ${FROM}`

export function handoffStore(scope: Scope): HandoffStore {
  const { database, workspaceId } = scope
  const one = async (connection: Connection, id: string): Promise<Handoff> => {
    const [row] = await read(connection, is('o.workspace_id = ? AND o.uid = ?', workspaceId, id))
    if (row) return toHandoff(row)
    throw new AppError('not_found', `no handoff ${shownValue(id)}`, { hint: 'daybook session list' })
  }
  return {
    create: (draft) =>
      database.write(async (connection) => {
        const session = await rowIdOf(connection, scope, 'session', draft.sessionId)
        const id = uuidv7(scope.now(), scope.random(10))
        const at = nowIso(scope)
        await connection.run(
          `INSERT INTO handoff (workspace_id, uid, session_id, project_id, ticket_id, version, payload, markdown, sha256,
             state, offered_at, offered_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'offered', ?, ?)`,
          [
            workspaceId,
            id,
            session,
            await rowIdOf(connection, scope, 'project', draft.projectId),
            await rowIdOf(connection, scope, 'ticket', draft.ticketId),
            draft.version,
            JSON.stringify(draft.payload),
            draft.markdown,
            sha256(draft.markdown),
            at,
            draft.offeredBy,
          ],
        )
        const row = await rowIdOf(connection, scope, 'handoff', id)
        await connection.run(
          `UPDATE handoff SET state = 'superseded', superseded_at = ?, superseded_by_id = ?
           WHERE workspace_id = ? AND session_id = ? AND state = 'offered' AND id <> ?`,
          [at, row, workspaceId, session, row],
        )
        await connection.run('UPDATE session SET handoff_ready = 1 WHERE id = ?', [session])
        return one(connection, id)
      }, 'full'),
    get: (id) => database.read((connection) => one(connection, id)),
    list: ({ sessionId, projectId, ticketId, states, withoutWaiting = false }, page) =>
      database.read(async (connection) => {
        const limit = checkLimit(page.limit)
        const matching = every(
          is('o.workspace_id = ?', workspaceId),
          sessionId !== undefined && is('s.uid = ?', sessionId),
          projectId !== undefined && is('p.uid = ?', projectId),
          ticketId !== undefined && is('k.uid = ?', ticketId),
          states !== undefined && among('o.state', states),
          withoutWaiting && is(`NOT EXISTS (SELECT 1 FROM import i WHERE i.id = s.import_id AND i.state = 'waiting')`),
        )
        const before = page.cursor === undefined ? undefined : readCursor(page.cursor, 1)[0]
        const where = every(matching, before !== undefined && is('o.id < ?', before))
        const rows = await read(connection, where, `ORDER BY o.id DESC LIMIT ${limit + 1}`)
        const total = await countRows(connection, FROM, matching)
        return toPage(rows, limit, total, (row) => [row.row], toHandoff)
      }),
    shown: (id, toSessionId, at) =>
      database.write(async (connection) => {
        const session = await rowIdOf(connection, scope, 'session', toSessionId)
        await connection.run(
          'UPDATE handoff SET shown_at = ?, shown_to_id = ? WHERE workspace_id = ? AND uid = ? AND shown_at IS NULL',
          [at, session, workspaceId, id],
        )
      }, 'full'),
    accept: (id, by, sessionId, at) =>
      database.write(async (connection) => {
        const row = await rowIdOf(connection, scope, 'handoff', id)
        const session = await rowIdOf(connection, scope, 'session', sessionId)
        const taken = await connection.run(
          `UPDATE handoff SET state = 'accepted', accepted_at = ?, accepted_by = ?, accepted_by_id = ?
           WHERE id = ? AND state = 'offered'`,
          [at, by, session, row],
        )
        if (taken > 0) {
          await connection.run(
            'UPDATE session SET handoff_ready = 0 WHERE id = (SELECT session_id FROM handoff WHERE id = ?)',
            [row],
          )
        }
        return taken > 0
      }, 'full'),
    expire: (before, at) =>
      database.write(async (connection) => {
        const expired = await connection.run(
          `UPDATE handoff SET state = 'expired', expired_at = ? WHERE workspace_id = ? AND state = 'offered' AND offered_at < ?`,
          [at, workspaceId, before],
        )
        if (expired > 0) {
          await connection.run(
            `UPDATE session SET handoff_ready = 0 WHERE workspace_id = ? AND handoff_ready = 1
             AND NOT EXISTS (SELECT 1 FROM handoff o WHERE o.session_id = session.id AND o.state = 'offered')`,
            [workspaceId],
          )
        }
        return expired
      }, 'full'),
  }
}

function read(connection: Connection, { sql, values }: Condition, rest = ''): Promise<HandoffRow[]> {
  return connection.all<HandoffRow>(`${SELECT} WHERE ${sql} ${rest}`, values)
}

function toHandoff({ row: _row, payload, state, ...rest }: HandoffRow): Handoff {
  return { ...rest, payload: JSON.parse(payload) as Record<string, unknown>, state: state as HandoffState }
}
