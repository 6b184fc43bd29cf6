import { AppError, shownValue } from '../../domain/errors.ts'
import { hash48 } from '../../domain/ids.ts'
import type { Import } from '../../domain/import.ts'
import { TITLE_SOURCES } from '../../domain/session.ts'
import type { AdoptedSession, Adoption, ImportStore } from '../import-store.ts'
import { adoptChains } from './adopt-chains.ts'
import { adoptHandoff, settleHandoff } from './adopt-handoff.ts'
import { every, is } from './condition.ts'
import type { Condition } from './condition.ts'
import { first } from './connection.ts'
import type { Connection, Value } from './connection.ts'
import { freeRef } from './free-ref.ts'
import { rowIdOf } from './row-id.ts'
import { nowIso } from './scope.ts'
import type { Scope } from './scope.ts'
import { isBuried } from './tombstones.ts'
import { staleSession } from './work-stale.ts'

export function importStore(scope: Scope): ImportStore {
  const { database, workspaceId } = scope
  const get = async (connection: Connection, id: string): Promise<Import> => {
    const [found] = await readImports(connection, workspaceId, is('upper(i.uid) = upper(?)', id.trim()))
    if (found) return found
    throw new AppError('not_found', `no import ${shownValue(id)}`, { hint: 'daybook import list' })
  }
  return {
    create: ({ file, format, at, by }) =>
      database.write(async (connection) => {
        await connection.lock(`daybook imports ${workspaceId}`)
        const row = await first<{ count: number }>(
          connection,
          'SELECT COUNT(*) AS count FROM import WHERE workspace_id = ?',
          [workspaceId],
        )
        const id = `I-${(row?.count ?? 0) + 1}`
        await connection.run(
          `INSERT INTO import (workspace_id, uid, file, format, state, at, by_whom) VALUES (?, ?, ?, ?, 'waiting', ?, ?)`,
          [workspaceId, id, file, format, at, by],
        )
        return get(connection, id)
      }, 'full'),
    list: () => database.read((connection) => readImports(connection, workspaceId)),
    get: (id) => database.read((connection) => get(connection, id)),
    decide: (id, state, by, at) =>
      database.write(async (connection) => {
        await connection.run(
          'UPDATE import SET state = ?, decided_at = ?, decided_by = ? WHERE workspace_id = ? AND uid = ?',
          [state, at, by, workspaceId, id],
        )
        return get(connection, id)
      }, 'full'),
    sessions: (id) =>
      database.read(async (connection) => {
        const rows = await connection.all<{ uid: string }>(
          `SELECT s.uid FROM session s JOIN import i ON i.id = s.import_id
           WHERE i.workspace_id = ? AND i.uid = ? ORDER BY s.started_ms, s.uid`,
          [workspaceId, id],
        )
        return rows.map((row) => row.uid)
      }),
    adopt: (importId, session) => database.write((connection) => adopt(connection, scope, importId, session), 'full'),
    settle: (session) => database.write((connection) => settle(connection, scope, session), 'full'),
    adoptInterval: (interval) =>
      database.write(async (connection) => {
        const { stack, callId, fromAt, toAt, optedOut } = interval
        await connection.run(
          `INSERT INTO frame_interval (workspace_id, session_id, transcript_id, from_ms, to_ms, call_id, call_hash, stack,
             ticket_id, opted_out, change, source, by_whom, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          [
            workspaceId,
            await rowIdOf(connection, scope, 'session', interval.sessionId),
            interval.transcriptId,
            fromAt === null ? 0 : Date.parse(fromAt),
            toAt === null ? null : Date.parse(toAt),
            callId,
            callId === null ? null : hash48(callId),
            JSON.stringify(stack),
            await rowIdOf(connection, scope, 'ticket', stack.at(-1)?.ticketId ?? null),
            optedOut ? 1 : 0,
            interval.change,
            interval.source,
            interval.by,
            interval.why,
          ],
        )
        await staleSession(connection, workspaceId, interval.sessionId)
        if (toAt !== null || interval.transcriptId !== null) return
        await connection.run(
          `UPDATE session SET stack = ?, ticket_id = (SELECT id FROM ticket WHERE workspace_id = ? AND uid = ?)
           WHERE workspace_id = ? AND uid = ?`,
          [JSON.stringify(stack), workspaceId, stack.at(-1)?.ticketId ?? null, workspaceId, interval.sessionId],
        )
      }, 'full'),
    adoptPersonTime: (sessionId, { from, last, to }) =>
      database.write(async (connection) => {
        await staleSession(connection, workspaceId, sessionId)
        await connection.run(
          'INSERT INTO person_interval (workspace_id, session_id, start_ms, last_ms, end_ms) VALUES (?, ?, ?, ?, ?)',
          [
            workspaceId,
            await rowIdOf(connection, scope, 'session', sessionId),
            Date.parse(from),
            Date.parse(last),
            milliseconds(to),
          ],
        )
      }, 'full'),
    adoptHandoff: (handoff) => database.write((connection) => adoptHandoff(connection, scope, handoff), 'full'),
    settleHandoff: (handoff) => database.write((connection) => settleHandoff(connection, scope, handoff), 'full'),
    adoptChains: (sessionId, links) =>
      database.write((connection) => adoptChains(connection, scope, sessionId, links), 'full'),
  }
}

interface ImportRow extends Omit<Import, 'by' | 'decidedBy'> {
  byWhom: string
  decidedByWhom: string | null
}

async function readImports(connection: Connection, workspaceId: number, condition?: Condition): Promise<Import[]> {
  const where = every(is('i.workspace_id = ?', workspaceId), condition)
  const rows = await connection.all<ImportRow>(
    `SELECT i.uid AS id, i.file, i.format, i.state, i.at, i.by_whom AS "byWhom", i.decided_at AS "decidedAt",
       i.decided_by AS "decidedByWhom", (SELECT COUNT(*) FROM session s WHERE s.import_id = i.id) AS sessions
     FROM import i WHERE ${where.sql} ORDER BY i.id DESC`,
    where.values,
  )
  return rows.map(({ byWhom, decidedByWhom, ...row }) => ({ ...row, by: byWhom, decidedBy: decidedByWhom }))
}

async function adopt(
  connection: Connection,
  scope: Scope,
  importId: string,
  session: AdoptedSession,
): Promise<Adoption> {
  const { workspaceId } = scope
  const { agent, externalId, id } = session
  if (await isBuried(connection, workspaceId, agent, externalId)) return 'deleted'
  const known = await first(
    connection,
    'SELECT 1 AS one FROM session WHERE workspace_id = ? AND (uid = ? OR (agent = ? AND external_id = ?))',
    [workspaceId, id, agent, externalId],
  )
  if (known) return 'known'
  await connection.run(
    `INSERT INTO session (workspace_id, uid, ref, agent, external_id, machine_id, kind, channel, tags, status, started_ms,
       last_ms, created_at, import_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '[]', 'active', ?, ?, ?,
       (SELECT i.id FROM import i WHERE i.workspace_id = ? AND i.uid = ?))`,
    [
      workspaceId,
      id,
      await freeRef(connection, scope, session.refPrefix, externalId),
      agent,
      externalId,
      scope.machineId,
      session.kind,
      session.channel,
      Date.parse(session.startedAt),
      Date.parse(session.lastActivityAt),
      nowIso(scope),
      workspaceId,
      importId,
    ],
  )
  await settle(connection, scope, session)
  await takeKey(connection, scope, session)
  return 'adopted'
}

async function settle(connection: Connection, scope: Scope, session: AdoptedSession): Promise<void> {
  const columns: Record<string, Value> = {
    title: session.title,
    title_source: session.titleSource === null ? null : TITLE_SOURCES.indexOf(session.titleSource),
    purpose: session.purpose,
    tags: JSON.stringify(session.tags),
    status: session.status,
    ended_at: session.endedAt,
    archived_at: session.archivedAt,
    starred_at: session.starredAt,
    relation: session.relation,
    git_branch: session.gitBranch,
    cwd: session.cwd,
    agent_version: session.agentVersion,
    user_id: session.userId,
    agent_name: session.agentName,
    client_name: session.clientName,
    custom_metadata: JSON.stringify(session.customMetadata),
    implicit: session.implicit ? 1 : 0,
    opted_out: session.optedOut ? 1 : 0,
    paused_at: session.pausedAt,
    resumed_at: session.resumedAt,
    summary_markdown: session.summaryMarkdown,
    compact_markdown: session.compactMarkdown,
    opened_ms: milliseconds(session.openedAt),
    called_ms: milliseconds(session.calledAt),
    started_ms: milliseconds(session.startedAt),
    last_ms: milliseconds(session.lastActivityAt),
  }
  await staleSession(connection, scope.workspaceId, session.id)
  await connection.run(
    `UPDATE session SET ${Object.keys(columns)
      .map((column) => `${column} = ?`)
      .join(', ')}, project_id = (SELECT id FROM project WHERE workspace_id = ? AND uid = ?),
       parent_id = (SELECT p.id FROM session p WHERE p.workspace_id = ? AND p.uid = ?),
       parent_external_id = (SELECT p.external_id FROM session p WHERE p.workspace_id = ? AND p.uid = ? AND ? = 'forks')
     WHERE workspace_id = ? AND uid = ?`,
    [
      ...Object.values(columns),
      scope.workspaceId,
      session.projectId,
      scope.workspaceId,
      session.parent,
      scope.workspaceId,
      session.parent,
      session.relation ?? '',
      scope.workspaceId,
      session.id,
    ],
  )
  await staleSession(connection, scope.workspaceId, session.id)
}

function milliseconds(at: string | null): number | null {
  return at === null ? null : Date.parse(at)
}

async function takeKey(connection: Connection, { workspaceId }: Scope, { key, id }: AdoptedSession): Promise<void> {
  const number = Number(/^SESSION-0*([1-9]\d{0,8})$/.exec(key ?? '')?.[1] ?? 0)
  if (number === 0) return
  const taken = await first(connection, 'SELECT 1 AS one FROM session WHERE workspace_id = ? AND key_number = ?', [
    workspaceId,
    number,
  ])
  if (taken) return
  await connection.run('UPDATE session SET key_number = ? WHERE workspace_id = ? AND uid = ?', [
    number,
    workspaceId,
    id,
  ])
  await connection.run(
    `INSERT INTO session_counter (workspace_id, next_number) VALUES (?, ?)
     ON CONFLICT (workspace_id) DO UPDATE SET next_number =
       CASE WHEN session_counter.next_number > excluded.next_number THEN session_counter.next_number ELSE excluded.next_number END`,
    [workspaceId, number + 1],
  )
}
