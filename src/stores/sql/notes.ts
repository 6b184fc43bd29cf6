import { AppError } from '../../domain/errors.ts'
import type { Note } from '../../domain/note.ts'
import type { NoteStore } from '../organising-store.ts'
import { every, is } from './condition.ts'
import { first } from './connection.ts'
import { getSession } from './get-session.ts'
import type { Scope } from './scope.ts'

interface NoteRow {
  id: number
  session_uid: string
  entry_uid: string | null
  text: string
  at: string
  by_whom: string
}

const SELECT = `SELECT n.id, s.uid AS session_uid, n.entry_uid, n.text, n.at, n.by_whom
  FROM session_note n JOIN session s ON s.id = n.session_id`

export function noteStore(scope: Scope): NoteStore {
  const { database, workspaceId } = scope
  return {
    add: (draft) =>
      database.write(async (connection) => {
        const session = await getSession(connection, scope, draft.sessionId)
        const row = await first<{ id: number }>(
          connection,
          `INSERT INTO session_note (workspace_id, session_id, entry_uid, text, at, by_whom)
           SELECT workspace_id, id, ?, ?, ?, ? FROM session WHERE workspace_id = ? AND uid = ? RETURNING id`,
          [draft.entryId, draft.text, draft.at, draft.by, workspaceId, session.id],
        )
        return { ...draft, sessionId: session.id, id: row?.id ?? 0 }
      }, 'full'),
    get: (id) =>
      database.read(async (connection) => {
        const row = await first<NoteRow>(connection, `${SELECT} WHERE n.workspace_id = ? AND n.id = ?`, [
          workspaceId,
          id,
        ])
        if (row) return toNote(row)
        throw new AppError('not_found', `no note ${id}`, { hint: 'daybook session notes' })
      }),
    list: ({ sessionId }) =>
      database.read(async (connection) => {
        const where = every(
          is('n.workspace_id = ?', workspaceId),
          sessionId !== undefined && is('s.uid = ?', sessionId),
        )
        const rows = await connection.all<NoteRow>(`${SELECT} WHERE ${where.sql} ORDER BY n.id DESC`, where.values)
        return rows.map(toNote)
      }),
    remove: (id) =>
      database.write(async (connection) => {
        await connection.run('DELETE FROM session_note WHERE workspace_id = ? AND id = ?', [workspaceId, id])
      }, 'erase'),
  }
}

function toNote(row: NoteRow): Note {
  const { id, session_uid: sessionId, entry_uid: entryId, text, at, by_whom: by } = row
  return { id, sessionId, entryId, text, at, by }
}
