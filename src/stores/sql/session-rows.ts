import { PERSON, STALE_MS, TITLE_SOURCES, statusAt } from '../../domain/session.ts'
import type { Frame } from '../../domain/context.ts'
import type {
  Channel,
  Presence,
  Relation,
  Session,
  SessionKind,
  SessionStatus,
  StatusFilter,
  TitleSource,
} from '../../domain/session.ts'
import { sessionKey } from '../../domain/ids.ts'
import { activeMs } from '../../domain/slice.ts'
import { emptyUsage } from '../../domain/usage.ts'
import type { SessionFilter } from '../session-store.ts'
import { among, contains, every, is } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'
import { personStretches } from './person-time.ts'
import { iso, isoOrNull } from './scope.ts'
import type { Scope } from './scope.ts'
import { usageOfSessions } from './usage-sums.ts'

export interface StoredSession {
  id: number
  uid: string
  key_number: number | null
  ref: string
  agent: string
  external_id: string
  machine_uid: string
  project_uid: string | null
  project_name: string | null
  title: string | null
  title_source: number | null
  purpose: string | null
  kind: string
  channel: string
  tags: string
  status: SessionStatus
  archived_at: string | null
  starred_at: string | null
  pruned_at: string | null
  import_state: string | null
  handoff_ready: number
  parent_uid: string | null
  relation: string | null
  git_branch: string | null
  cwd: string | null
  agent_version: string | null
  user_id: string | null
  agent_name: string | null
  client_name: string | null
  custom_metadata: string
  presence: string | null
  implicit: number
  opted_out: number
  stack: string
  paused_at: string | null
  resumed_at: string | null
  summary_markdown: string | null
  compact_markdown: string | null
  opened_ms: number | null
  called_ms: number | null
  started_ms: number
  last_ms: number
  ended_at: string | null
  message_count: number
  invocation_count: number
  failed_count: number
  subagent_count: number
  tool_ms: number
  active_ms: number
}

export const SESSION_SELECT = `SELECT s.id, s.uid, s.key_number, s.ref, s.agent, s.external_id, m.uid AS machine_uid,
    p.uid AS project_uid, p.name AS project_name, s.title, s.title_source, s.purpose, s.kind, s.channel, s.tags, s.status,
    s.archived_at, s.starred_at, s.pruned_at,
    (SELECT i.state FROM import i WHERE i.id = s.import_id) AS import_state, s.handoff_ready, parent.uid AS parent_uid, s.relation, s.git_branch, s.cwd, s.agent_version,
    s.user_id, s.agent_name, s.client_name, s.custom_metadata, s.presence, s.implicit, s.opted_out, s.stack, s.paused_at,
    s.resumed_at, s.summary_markdown, s.compact_markdown, s.opened_ms, s.called_ms,
    s.started_ms, s.last_ms, s.ended_at, s.message_count, s.invocation_count, s.failed_count, s.subagent_count, s.tool_ms,
    s.active_ms
  FROM session s JOIN machine m ON m.id = s.machine_id LEFT JOIN project p ON p.id = s.project_id
  LEFT JOIN session parent ON parent.id = s.parent_id`

/** Rows as sessions, with their usage, the status they have now and the time people worked in them until now. */
export async function toSessions(
  connection: Connection,
  scope: Scope,
  rows: readonly StoredSession[],
): Promise<Session[]> {
  const usage = await usageOfSessions(
    connection,
    scope.workspaceId,
    rows.map((row) => row.id),
  )
  const people = rows.filter(({ agent }) => agent === PERSON).map(({ id }) => id)
  const stretches = people.length === 0 ? [] : await personStretches(connection, scope, people, scope.idleMs)
  const worked = Map.groupBy(stretches, (stretch) => stretch.session_id)
  return rows.map((row) => {
    const own = worked.get(row.id) ?? []
    const session = { ...toSession(row), activeMs: row.active_ms + activeMs(own) }
    const status = statusAt(session, scope.now(), scope.idleMs)
    const endedAt = session.endedAt ?? (status === 'expired' ? session.lastActivityAt : null)
    // A person without a transcript is at it until they say otherwise; an agent until its last record.
    const endMs = endedAt === null ? scope.now() : Date.parse(endedAt)
    const wallMs = session.agent === PERSON ? Math.max(0, endMs - row.started_ms) : session.wallMs
    return { ...session, status, endedAt, wallMs, usage: usage.get(row.id) ?? emptyUsage() }
  })
}

function toSession(row: StoredSession): Omit<Session, 'usage'> {
  return {
    id: row.uid,
    key: row.key_number === null ? null : sessionKey(row.key_number),
    ref: row.ref,
    projectId: row.project_uid,
    project: row.project_name,
    title: row.title,
    titleSource: row.title_source === null ? null : (TITLE_SOURCES[row.title_source] as TitleSource),
    purpose: row.purpose,
    kind: row.kind as SessionKind,
    agent: row.agent,
    externalId: row.external_id,
    channel: row.channel as Channel,
    machineId: row.machine_uid,
    tags: JSON.parse(row.tags) as string[],
    status: row.status,
    archivedAt: row.archived_at,
    starredAt: row.starred_at,
    prunedAt: row.pruned_at,
    quarantined: row.import_state === 'waiting',
    handoffReady: row.handoff_ready === 1,
    parentId: row.parent_uid,
    relation: row.relation as Relation | null,
    gitBranch: row.git_branch,
    cwd: row.cwd,
    agentVersion: row.agent_version,
    userId: row.user_id,
    agentName: row.agent_name,
    clientName: row.client_name,
    customMetadata: JSON.parse(row.custom_metadata) as Record<string, unknown>,
    presence: row.presence as Presence | null,
    implicit: row.implicit === 1,
    optedOut: row.opted_out === 1,
    stack: JSON.parse(row.stack) as Frame[],
    pausedAt: row.paused_at,
    resumedAt: row.resumed_at,
    summaryMarkdown: row.summary_markdown,
    compactMarkdown: row.compact_markdown,
    openedAt: isoOrNull(row.opened_ms),
    calledAt: isoOrNull(row.called_ms),
    startedAt: iso(row.started_ms),
    lastActivityAt: iso(row.last_ms),
    endedAt: row.ended_at,
    messageCount: row.message_count,
    invocationCount: row.invocation_count,
    failedCount: row.failed_count,
    subagentCount: row.subagent_count,
    toolMs: row.tool_ms,
    activeMs: row.active_ms,
    wallMs: Math.max(0, row.last_ms - row.started_ms),
  }
}

/** A session condition, which begins with the workspace: most sessions of a machine match, and going by an index takes twice as long. */
export function walked({ database }: Scope, condition: Condition, { projectId }: SessionFilter): Condition {
  const isWalked = database.dialect.name === 'sqlite' && projectId === undefined
  return isWalked ? { ...condition, sql: `+${condition.sql}` } : condition
}

/** Of session `s`. By the project's row id: what sessions are listed and counted along. */
function inProject(workspaceId: number, projectId: string): Condition {
  return is(
    's.project_id = (SELECT o.id FROM project o WHERE o.workspace_id = ? AND o.uid = ?)',
    workspaceId,
    projectId,
  )
}

/** The filter's fields as conditions on session `s` and project `p`. */
export function sessionCondition(
  scope: Pick<Scope, 'workspaceId' | 'now' | 'idleMs'>,
  filter: SessionFilter,
): Condition {
  return every(
    is('s.workspace_id = ?', scope.workspaceId),
    filter.includePruned !== true && is('s.pruned_at IS NULL'),
    filter.sessionId !== undefined && is('s.uid = ?', filter.sessionId),
    filter.sessionIds && among('s.uid', filter.sessionIds),
    filter.agent !== undefined && is('s.agent = ?', filter.agent),
    filter.projectId !== undefined && inProject(scope.workspaceId, filter.projectId),
    filter.status !== undefined && statusCondition(filter.status, scope),
    filter.archived !== undefined && is(`s.archived_at IS ${filter.archived ? 'NOT NULL' : 'NULL'}`),
    filter.starred !== undefined && is(`s.starred_at IS ${filter.starred ? 'NOT NULL' : 'NULL'}`),
    filter.tags && tagCondition(filter.tags, filter.allTags ?? false),
    filter.text !== undefined && textCondition(filter.text),
    filter.worked === true && is('s.called_ms IS NOT NULL'),
    filter.ticketId !== undefined &&
      is(
        `EXISTS (SELECT 1 FROM session_ticket l JOIN ticket k ON k.id = l.ticket_id
           WHERE l.workspace_id = s.workspace_id AND l.session_id = s.id AND k.uid = ?)`,
        filter.ticketId,
      ),
    filter.accepted === true && ACCEPTED,
    filter.userId !== undefined && is('s.user_id = ?', filter.userId),
    filter.parentId !== undefined &&
      is(
        's.parent_id = (SELECT id FROM session WHERE workspace_id = ? AND uid = ?)',
        scope.workspaceId,
        filter.parentId,
      ),
    filter.oldBefore !== undefined &&
      is(
        's.last_ms < ? AND COALESCE(s.ended_at, s.created_at) < ? AND s.created_at < ?',
        Date.parse(filter.oldBefore),
        filter.oldBefore,
        filter.oldBefore,
      ),
    filter.branch !== undefined && is('s.git_branch = ?', filter.branch),
    filter.from !== undefined && is('s.started_ms >= ?', Date.parse(filter.from)),
    filter.to !== undefined && is('s.started_ms < ?', Date.parse(filter.to)),
  )
}

function statusCondition(status: StatusFilter, scope: Pick<Scope, 'now' | 'idleMs'>): Condition {
  if (status === 'archived') return is('s.archived_at IS NOT NULL')
  if (status === 'handoff_ready') return is('s.handoff_ready = 1')
  const expired = hasExpired(scope)
  if (status === 'expired') return is(`(s.status = 'expired' OR ${expired.sql})`, ...expired.values)
  if (status === 'active' || status === 'paused') {
    return is(`s.status = ? AND NOT ${expired.sql}`, status, ...expired.values)
  }
  return is('s.status = ?', status)
}

/** What `statusAt` says of session `s`, for one whose row still says that it is open. */
function hasExpired(scope: Pick<Scope, 'now' | 'idleMs'>): Condition {
  const [stale, idle] = expiries(scope)
  return is(`(${stale.sql} OR ${idle.sql})`, ...stale.values, ...idle.values)
}

/** The two ways in which one expires: nothing happened for long, or for less long in one that nobody asked for. */
export function expiries(scope: Pick<Scope, 'now' | 'idleMs'>): [stale: Condition, idle: Condition] {
  const { staleAtMs, idleAtMs } = expiryTimes(scope)
  return [
    is(`(s.status IN ('active', 'paused') AND s.last_ms < ?)`, staleAtMs),
    is(
      `(s.status = 'active' AND s.implicit = 1 AND s.external_id = s.uid AND s.last_ms >= ? AND s.last_ms < ?)`,
      staleAtMs,
      idleAtMs,
    ),
  ]
}

/** Whoever did nothing since these times has expired: of all sessions, and of those that nobody asked for. */
export function expiryTimes({ now, idleMs }: Pick<Scope, 'now' | 'idleMs'>): { staleAtMs: number; idleAtMs: number } {
  const nowMs = now()
  return { staleAtMs: nowMs - STALE_MS, idleAtMs: nowMs - Math.min(idleMs, STALE_MS) }
}

// Tags are kept as a JSON list, and hold nothing that JSON writes in another way.
function tagCondition(tags: readonly string[], all: boolean): Condition {
  if (tags.length === 0) return is('1 = 1')
  const sql = tags.map(() => `replace(s.tags, ?, '') <> s.tags`).join(all ? ' AND ' : ' OR ')
  return is(`(${sql})`, ...tags.map((tag) => JSON.stringify(tag)))
}

// A key is a number in its row; its text is made as `sessionKey` makes it.
function textCondition(text: string): Condition {
  const inColumns = contains(["COALESCE(s.title, '')", 's.ref', 's.external_id'], text)
  const number = /^(?:s|se|ses|sess|sessi|sessio|session|session-)?0*([0-9]{1,12})$/i.exec(text)?.[1]
  const inKey = number === undefined ? is('(1 = 0)') : contains(['CAST(s.key_number AS TEXT)'], number)
  return is(`(${inColumns.sql} OR ${inKey.sql})`, ...inColumns.values, ...inKey.values)
}

/** Of session `s`: what came with an import that waits is left out. */
export const ACCEPTED = is(
  `(s.import_id IS NULL OR EXISTS (SELECT 1 FROM import i WHERE i.id = s.import_id AND i.state = 'accepted'))`,
)
