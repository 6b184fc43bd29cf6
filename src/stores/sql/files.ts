import { entryId } from '../../domain/ids.ts'
import { FILE_CHANGES } from '../../domain/invocation.ts'
import type { FileChangeKind } from '../../domain/invocation.ts'
import { comparablePath, isWindowsPath } from '../../domain/recorded-path.ts'
import type { FileStore } from '../file-store.ts'
import { containsPath, every, is } from './condition.ts'
import type { Condition } from './condition.ts'
import { countRows } from './count-rows.ts'
import { entryTime } from './entry-rows.ts'
import { checkLimit, readCursor, toPage } from './page.ts'
import { iso } from './scope.ts'
import type { Scope } from './scope.ts'

interface TouchedRow {
  path_id: number
  path: string
  last_ms: number
  changes: number
  lines_added: number | null
  lines_removed: number | null
  sessions: number
  created_id: number | null
  deleted_id: number | null
}

interface ChangeRow {
  id: number
  path: string
  kind: number
  lines_added: number | null
  lines_removed: number | null
  at_ms: number
  session_uid: string
  entry_id: number
  shift: number
  hash: number
  commit_hash: string | null
  commit_subject: string | null
  commit_ms: number | null
}

interface CommitRow {
  id: number
  commit_hash: string
  subject: string
  branch: string | null
  at_ms: number
  session_uid: string
  entry_id: number
  shift: number
  hash: number
}

const CHANGED = `FROM file_change c JOIN path p ON p.id = c.path_id JOIN transcript t ON t.id = c.transcript_id
  JOIN session s ON s.id = t.session_id LEFT JOIN project j ON j.id = s.project_id`

// In order of time, as entry ids are: a commit of a subagent takes what its session changed before it.
const NEXT_COMMIT = `SELECT n.id FROM commit_seen n JOIN transcript nt ON nt.id = n.transcript_id
  WHERE n.workspace_id = c.workspace_id AND nt.session_id = t.session_id AND n.inherited = 0 AND n.entry_id > c.entry_id
  ORDER BY n.entry_id, n.id LIMIT 1`

export function fileStore({ database, workspaceId }: Scope): FileStore {
  return {
    list: (filter, page) =>
      database.read(async (connection) => {
        const limit = checkLimit(page.limit)
        const matching = every(
          ofWorkspace(workspaceId, filter.sessionId),
          filter.sessionId !== undefined && is('s.workspace_id = ? AND s.uid = ?', workspaceId, filter.sessionId),
          filter.projectId !== undefined && is('j.uid = ?', filter.projectId),
          filter.pathContains !== undefined && containsPath('p.text', filter.pathContains),
          filter.within && within(filter.within),
          filter.changed && is('c.kind = ?', FILE_CHANGES.indexOf(filter.changed)),
        )
        const before = page.cursor === undefined ? undefined : readCursor(page.cursor, 2)
        const rows = await connection.all<TouchedRow>(
          `SELECT c.path_id, p.text AS path, MAX(c.at_ms) AS last_ms, COUNT(*) AS changes,
             CAST(SUM(c.lines_added) AS BIGINT) AS lines_added, CAST(SUM(c.lines_removed) AS BIGINT) AS lines_removed,
             COUNT(DISTINCT t.session_id) AS sessions,
             MAX(CASE WHEN c.kind = 0 THEN c.entry_id END) AS created_id,
             MAX(CASE WHEN c.kind = 2 THEN c.entry_id END) AS deleted_id
           ${CHANGED} WHERE ${matching.sql} GROUP BY c.path_id, p.text
           ${before ? 'HAVING MAX(c.at_ms) < ? OR (MAX(c.at_ms) = ? AND p.text > ?)' : ''}
           ORDER BY last_ms DESC, p.text LIMIT ?`,
          [
            ...matching.values,
            ...(before ? [before[0] as number, before[0] as number, before[1] as string] : []),
            limit + 1,
          ],
        )
        const total = await countRows(connection, CHANGED, matching, 'DISTINCT c.path_id')
        return toPage(
          rows,
          limit,
          total,
          (row) => [row.last_ms, row.path],
          (row) => ({
            path: row.path,
            kind: strongest(row),
            changes: row.changes,
            linesAdded: row.lines_added,
            linesRemoved: row.lines_removed,
            sessions: row.sessions,
            lastAt: iso(row.last_ms),
          }),
        )
      }),
    changes: (filter, page) =>
      database.read(async (connection) => {
        const limit = checkLimit(page.limit)
        const matching = every(
          ofWorkspace(workspaceId, filter.sessionId),
          filter.path !== undefined && is('p.text = ?', filter.path),
          filter.within && within(filter.within),
          filter.sessionId !== undefined && is('s.workspace_id = ? AND s.uid = ?', workspaceId, filter.sessionId),
          filter.projectId !== undefined && is('j.uid = ?', filter.projectId),
        )
        const where = every(matching, olderThan(page.cursor))
        const rows = await connection.all<ChangeRow>(
          `SELECT c.id, p.text AS path, c.kind, c.lines_added, c.lines_removed, c.at_ms, s.uid AS session_uid, c.entry_id,
             e.shift, e.hash, k.hash AS commit_hash, k.subject AS commit_subject, k.at_ms AS commit_ms
           ${CHANGED} JOIN entry e ON e.id = c.entry_id AND e.workspace_id = c.workspace_id
           LEFT JOIN commit_seen k ON k.id = (${NEXT_COMMIT}) WHERE ${where.sql} ORDER BY c.entry_id DESC, c.id DESC LIMIT ?`,
          [...where.values, limit + 1],
        )
        const total = await countRows(connection, CHANGED, matching)
        return toPage(
          rows,
          limit,
          total,
          (row) => [row.entry_id, row.id],
          (row) => ({
            path: row.path,
            kind: FILE_CHANGES[row.kind] as FileChangeKind,
            linesAdded: row.lines_added,
            linesRemoved: row.lines_removed,
            at: iso(row.at_ms),
            sessionId: row.session_uid,
            entryId: entryId(entryTime(row.entry_id, row.shift), row.hash),
            commit:
              row.commit_hash === null
                ? null
                : { hash: row.commit_hash, subject: row.commit_subject ?? '', at: iso(row.commit_ms ?? 0) },
          }),
        )
      }),
    commits: (filter, page) =>
      database.read(async (connection) => {
        const limit = checkLimit(page.limit)
        const from = `FROM commit_seen c JOIN transcript t ON t.id = c.transcript_id JOIN session s ON s.id = t.session_id`
        const matching = every(
          ofWorkspace(workspaceId, filter.sessionId),
          filter.sessionId !== undefined && is('s.workspace_id = ? AND s.uid = ?', workspaceId, filter.sessionId),
        )
        const where = every(matching, olderThan(page.cursor))
        const rows = await connection.all<CommitRow>(
          `SELECT c.id, c.hash AS commit_hash, c.subject, n.text AS branch, c.at_ms, s.uid AS session_uid, c.entry_id, e.shift,
             e.hash ${from} JOIN entry e ON e.id = c.entry_id AND e.workspace_id = c.workspace_id
           LEFT JOIN name n ON n.id = c.branch_id WHERE ${where.sql} ORDER BY c.entry_id DESC, c.id DESC LIMIT ?`,
          [...where.values, limit + 1],
        )
        const total = await countRows(connection, from, matching)
        return toPage(
          rows,
          limit,
          total,
          (row) => [row.entry_id, row.id],
          (row) => ({
            hash: row.commit_hash,
            subject: row.subject,
            branch: row.branch,
            at: iso(row.at_ms),
            sessionId: row.session_uid,
            entryId: entryId(entryTime(row.entry_id, row.shift), row.hash),
          }),
        )
      }),
  }
}

/** The plus keeps the index of all the workspace out of the way where a session's transcripts find what is theirs. */
function ofWorkspace(workspaceId: number, sessionId: string | undefined): Condition {
  return is(`${sessionId === undefined ? '' : '+'}c.workspace_id = ? AND c.inherited = 0`, workspaceId)
}

/** These files, and what lies below where one is a directory. */
function within(places: readonly string[]): Condition {
  const parts = places.map((place) => {
    const isWindows = isWindowsPath(place)
    const text = isWindows ? 'lower(p.text)' : 'p.text'
    const exact = comparablePath(place)
    const below = `${exact}${isWindows ? '\\' : '/'}`
    return is(`(${text} = ? OR substr(${text}, 1, CAST(? AS INTEGER)) = ?)`, exact, [...below].length, below)
  })
  const sql = parts.length === 0 ? '1 = 0' : parts.map((part) => part.sql).join(' OR ')
  return is(`(${sql})`, ...parts.flatMap((part) => part.values))
}

function olderThan(cursor: string | undefined): Condition | undefined {
  if (cursor === undefined) return undefined
  const [entry, id] = readCursor(cursor, 2)
  return is('(c.entry_id, c.id) < (?, ?)', entry as number, id as number)
}

function strongest({ created_id: created, deleted_id: deleted }: TouchedRow): FileChangeKind {
  if (created === null && deleted === null) return 'edit'
  return (deleted ?? -1) > (created ?? -1) ? 'delete' : 'create'
}
