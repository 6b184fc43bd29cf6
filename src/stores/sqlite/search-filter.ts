import { ENTRY_FLAG, ENTRY_TYPES, ROLES } from '../../domain/entry.ts'
import { among, containsPath, every, is, type Condition } from '../sql/condition.ts'
import type { Connection } from '../sql/connection.ts'
import { codesOf } from '../sql/entry-rows.ts'
import { ACCEPTED, sessionCondition } from '../sql/session-rows.ts'
import type { SearchFilter } from '../search-store.ts'
import { anyFacet, facet } from './search-schema.ts'

/** Above so many transcripts a filter by session, project or branch is checked row by row instead of in the index. */
const MOST_TRANSCRIPTS = 256
const ROW_IDS_PER_MS = 2048
const RESULT = ENTRY_TYPES.indexOf('tool_result')

/** A search filter as the index, a row and a row id can check it. Rows: entry `e`, transcript `t`, session `s`. */
export interface CompiledFilter {
  /** Parts of a match expression, to be joined by AND. */
  facets: string[]
  /** What facets cannot say. */
  where: Condition
  /** What facets do say, for reading without the index. */
  scanWhere: Condition
  /** Row ids: [from, below). */
  from: number
  below: number
  /** The transcripts that can hold matches, where they are few. */
  transcripts: number[] | undefined
}

export async function compileFilter(
  connection: Connection,
  workspaceId: number,
  filter: SearchFilter,
): Promise<CompiledFilter> {
  const hidden =
    ENTRY_FLAG.withdrawn |
    (filter.sessionId === undefined ? ENTRY_FLAG.inherited : 0) |
    (filter.includeSidechain ? 0 : ENTRY_FLAG.sidechain) |
    (filter.includeInjected ? 0 : ENTRY_FLAG.injected)
  const { sessions } = filter
  const owner = every(
    filter.agent !== undefined && is('t.agent = ?', filter.agent),
    filter.sessionId !== undefined && is('s.workspace_id = ? AND s.uid = ?', workspaceId, filter.sessionId),
    filter.projectId !== undefined && is('s.project_id IN (SELECT id FROM project WHERE uid = ?)', filter.projectId),
    filter.branch !== undefined && is('s.git_branch = ?', filter.branch),
    filter.accepted === true && ACCEPTED,
    sessions && sessionCondition({ workspaceId, now: () => sessions.nowMs, idleMs: sessions.idleMs }, sessions),
  )
  const transcripts = await fewTranscripts(connection, workspaceId, filter, owner)
  const tools = filter.tool === undefined ? undefined : await toolIds(connection, workspaceId, filter.tool)
  const { types, roles } = codesOf(filter)
  return {
    facets: [
      ...(transcripts
        ? [anyFacet([...transcripts, ...(transcripts.length === 0 ? [0] : [])].map(facet.transcript))]
        : []),
      ...(filter.agent === undefined ? [] : [anyFacet([facet.agent(filter.agent)])]),
      ...(types || roles ? [anyFacet(kinds(filter))] : []),
      ...(tools ? [anyFacet((tools.length === 0 ? [0] : tools).map(facet.tool))] : []),
      ...(filter.failedOnly ? [anyFacet([facet.failed()])] : []),
    ],
    where: every(
      is(
        `e.workspace_id = ? AND e.flags & ${hidden} = 0 AND s.pruned_at IS NULL AND e.record >= t.pruned_records`,
        workspaceId,
      ),
      owner,
      filter.failedOnly === true && is(`e.flags & ${ENTRY_FLAG.failed} <> 0`),
      filter.from !== undefined && is(`e.id / ${ROW_IDS_PER_MS} - e.shift >= ?`, Date.parse(filter.from)),
      filter.to !== undefined && is(`e.id / ${ROW_IDS_PER_MS} - e.shift < ?`, Date.parse(filter.to)),
      filter.file !== undefined && touches(filter.file),
    ),
    scanWhere: every(types && among('e.type', types), roles && among('e.role', roles), tools && ofTool(tools)),
    from: filter.from === undefined ? 0 : Date.parse(filter.from) * ROW_IDS_PER_MS,
    below:
      filter.to === undefined
        ? Number.MAX_SAFE_INTEGER
        : (await lastMsOf(connection, workspaceId, filter.to)) * ROW_IDS_PER_MS,
    transcripts,
  }
}

async function fewTranscripts(
  connection: Connection,
  workspaceId: number,
  filter: SearchFilter,
  owner: Condition,
): Promise<number[] | undefined> {
  const { sessionId, projectId, branch, sessions } = filter
  if ([sessionId, projectId, branch, sessions].every((part) => part === undefined)) return undefined
  const rows = await connection.all<{ id: number }>(
    `SELECT t.id FROM session s JOIN transcript t ON t.session_id = s.id
     WHERE s.workspace_id = ? AND ${owner.sql} LIMIT ${MOST_TRANSCRIPTS + 1}`,
    [workspaceId, ...owner.values],
  )
  return rows.length > MOST_TRANSCRIPTS ? undefined : rows.map((row) => row.id)
}

async function toolIds(connection: Connection, workspaceId: number, tool: string): Promise<number[]> {
  const rows = await connection.all<{ id: number }>(
    'SELECT id FROM name WHERE workspace_id = ? AND lower(text) = lower(?)',
    [workspaceId, tool],
  )
  return rows.map((row) => row.id)
}

function kinds(filter: SearchFilter): string[] {
  const types = filter.types ?? ENTRY_TYPES
  const roles = filter.roles ?? ROLES
  return types.flatMap((type) => roles.map((role) => facet.kind(type, role)))
}

/** Calls of a tool and their results. */
function ofTool(tools: readonly number[]): Condition {
  const own = among('e.tool_id', tools)
  const answered = among('i.tool_id', tools)
  return is(
    `(${own.sql} OR e.type = ${RESULT} AND EXISTS (SELECT 1 FROM invocation i
       WHERE i.transcript_id = e.transcript_id AND i.result_record = e.record AND ${answered.sql}))`,
    ...own.values,
    ...answered.values,
  )
}

/** Calls that read or changed a path, and their results. */
function touches(file: string): Condition {
  const subject = containsPath('i.subject', file)
  const path = containsPath('p.text', file)
  const calls = `FROM invocation i WHERE ${subject.sql}
    UNION SELECT c.entry_id, c.transcript_id, i.result_record FROM path p JOIN file_change c ON c.path_id = p.id
      JOIN invocation i ON i.id = c.entry_id WHERE ${path.sql}`
  const values = [...subject.values, ...path.values]
  return is(
    `(e.id IN (SELECT id FROM (SELECT i.id, i.transcript_id, i.result_record ${calls}))
      OR e.type = ${RESULT} AND (e.transcript_id, e.record) IN
        (SELECT transcript_id, result_record FROM (SELECT i.id, i.transcript_id, i.result_record ${calls})))`,
    ...values,
    ...values,
  )
}

/** Entries of a full millisecond overflow into later row ids: a bound on row ids has to leave room for them. */
async function lastMsOf(connection: Connection, workspaceId: number, to: string): Promise<number> {
  const toMs = Date.parse(to)
  const [row] = await connection.all<{ through: number | null }>(
    'SELECT MAX(through_ms) AS through FROM entry_irregular WHERE workspace_id = ? AND at_ms < ? AND through_ms >= ?',
    [workspaceId, toMs, toMs],
  )
  return row?.through == null ? toMs : row.through + 1
}
