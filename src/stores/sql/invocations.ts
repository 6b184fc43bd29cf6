import { INVOCATION_KINDS, OUTCOMES } from '../../domain/invocation.ts'
import type { Invocation, InvocationKind, Outcome } from '../../domain/invocation.ts'
import { entryId, hash48 } from '../../domain/ids.ts'
import type { InvocationFilter, InvocationStore } from '../entry-store.ts'
import type { RecordRange } from '../transcript-store.ts'
import { among, contains, every, is } from './condition.ts'
import type { Condition } from './condition.ts'
import { countRows } from './count-rows.ts'
import { entryTime } from './entry-rows.ts'
import { checkLimit, readCursor, toPage, totalOf } from './page.ts'
import { iso } from './scope.ts'
import type { Scope } from './scope.ts'

interface InvocationRow {
  id: number
  shift: number
  hash: number
  session_uid: string
  transcript_id: number
  tool: string
  server: string | null
  kind: number
  subject: string
  duration_ms: number | null
  outcome: number
  exit_code: number | null
  record: number
  result_record: number | null
}

/** Calls that a fork inherited are listed and counted where they were made. */
export function invocationStore({ database, workspaceId }: Scope): InvocationStore {
  return {
    list: (filter, page) =>
      database.read(async (connection) => {
        const limit = checkLimit(page.limit)
        const after = page.cursor === undefined ? undefined : readCursor(page.cursor, 1)[0]
        const conditions = matching(workspaceId, filter)
        const where = every(conditions, after !== undefined && is(page.descending ? 'i.id < ?' : 'i.id > ?', after))
        const rows = await connection.all<InvocationRow>(
          `SELECT i.id, e.shift, e.hash, s.uid AS session_uid, i.transcript_id, n.text AS tool, v.text AS server, i.kind,
             i.subject, i.duration_ms, i.outcome, i.exit_code, e.record, i.result_record
           FROM invocation i JOIN entry e ON e.id = i.id AND e.workspace_id = i.workspace_id
           JOIN transcript t ON t.id = i.transcript_id JOIN session s ON s.id = t.session_id
           JOIN name n ON n.id = i.tool_id LEFT JOIN name v ON v.id = i.server_id
           WHERE ${where.sql} ORDER BY i.id${page.descending ? ' DESC' : ''} LIMIT ?`,
          [...where.values, limit + 1],
        )
        const total = await totalOf(page, rows.length, () =>
          countRows(connection, 'FROM invocation i JOIN name n ON n.id = i.tool_id', conditions),
        )
        return toPage(rows, limit, total, (row) => [row.id], toInvocation)
      }),
    byTool: (filter) =>
      database.read((connection) => {
        const where = matching(workspaceId, filter)
        return connection.all(
          `SELECT n.text AS tool, v.text AS server, COUNT(*) AS calls,
             CAST(SUM(CASE WHEN i.outcome = 1 THEN 1 ELSE 0 END) AS BIGINT) AS failed,
             CAST(COALESCE(SUM(i.duration_ms), 0) AS BIGINT) AS "durationMs", MIN(i.id) AS "firstUse"
           FROM invocation i JOIN name n ON n.id = i.tool_id LEFT JOIN name v ON v.id = i.server_id
           WHERE ${where.sql} GROUP BY n.text, v.text ORDER BY calls DESC, n.text, v.text`,
          where.values,
        )
      }),
    toolsUsed: (filter) =>
      database.read(async (connection) => {
        const where = matching(workspaceId, filter)
        const rows = await connection.all<{ tool: string }>(
          `SELECT n.text AS tool FROM invocation i JOIN name n ON n.id = i.tool_id
           WHERE ${where.sql} GROUP BY n.text ORDER BY MIN(i.id)`,
          where.values,
        )
        return rows.map(({ tool }) => tool)
      }),
  }
}

function matching(workspaceId: number, filter: InvocationFilter): Condition {
  return every(
    is('i.workspace_id = ? AND i.inherited = 0', workspaceId),
    filter.sessionId !== undefined &&
      is(
        'i.transcript_id IN (SELECT t2.id FROM transcript t2 JOIN session s2 ON s2.id = t2.session_id WHERE s2.workspace_id = ? AND s2.uid = ?)',
        workspaceId,
        filter.sessionId,
      ),
    filter.transcriptId !== undefined && is('i.transcript_id = ?', filter.transcriptId),
    filter.records !== undefined && withinRecords(filter.transcriptId ?? -1, filter.records),
    filter.tool !== undefined && is('n.text = ?', filter.tool),
    filter.tools !== undefined && among('n.text', filter.tools),
    filter.callId !== undefined &&
      is(
        `i.transcript_id IN (SELECT t4.id FROM transcript t4 WHERE t4.workspace_id = ?
           AND COALESCE(t4.last_ms, 0) >= ?) AND i.call_hash = ?`,
        workspaceId,
        filter.newSince === undefined ? 0 : Date.parse(filter.newSince),
        hash48(filter.callId),
      ),
    filter.from !== undefined && is('i.id >= ?', Date.parse(filter.from) * 2048),
    filter.kind !== undefined && is('i.kind = ?', INVOCATION_KINDS.indexOf(filter.kind)),
    filter.exitCode !== undefined && is('i.exit_code = ?', filter.exitCode),
    filter.projectId !== undefined &&
      is(
        `i.transcript_id IN (SELECT t3.id FROM transcript t3 JOIN session s3 ON s3.id = t3.session_id
           JOIN project p3 ON p3.id = s3.project_id WHERE s3.workspace_id = ? AND p3.uid = ?)`,
        workspaceId,
        filter.projectId,
      ),
    filter.outcome !== undefined && is('i.outcome = ?', OUTCOMES.indexOf(filter.outcome)),
    filter.subjectContains !== undefined && contains(['i.subject'], filter.subjectContains),
  )
}

/** The transcript twice: calls and answers are looked up by it, not gone through. */
function withinRecords(transcriptId: number, { from, to }: RecordRange): Condition {
  return is(
    `(i.id IN (SELECT e2.id FROM entry e2 WHERE e2.transcript_id = ? AND e2.record >= ? AND e2.record < ?)
      OR (i.transcript_id = ? AND i.result_record >= ? AND i.result_record < ?))`,
    transcriptId,
    from,
    to,
    transcriptId,
    from,
    to,
  )
}

function toInvocation(row: InvocationRow): Invocation {
  const atMs = entryTime(row.id, row.shift)
  return {
    id: entryId(atMs, row.hash),
    sessionId: row.session_uid,
    transcriptId: row.transcript_id,
    tool: row.tool,
    server: row.server,
    kind: INVOCATION_KINDS[row.kind] as InvocationKind,
    subject: row.subject,
    startedAt: iso(atMs),
    durationMs: row.duration_ms,
    outcome: OUTCOMES[row.outcome] as Outcome,
    exitCode: row.exit_code,
    record: row.record,
    resultRecord: row.result_record,
  }
}
