import { sessionKey } from '../../domain/ids.ts'
import type { Session } from '../../domain/session.ts'
import { AppError } from '../../domain/errors.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { getSession } from './get-session.ts'
import { refreshSession } from './recount.ts'
import { rowIdOf } from './row-id.ts'
import { lockHistory } from './scope.ts'
import type { Scope } from './scope.ts'
import { TOKEN_COLUMNS } from './token-columns.ts'
import { staleSessions } from './work-stale.ts'

/**
 * Under which name an agent's id of a merged session is remembered among the aliases: as JSON, for both may hold any
 * character.
 */
export function externalAlias(agent: string, externalId: string): string {
  return JSON.stringify([agent, externalId])
}

interface MergedRow {
  uid: string
  ref: string
  key_number: number | null
  agent: string
  external_id: string
}

/** Makes one session of two; see `SessionStore.merge`. */
export async function mergeSessions(
  connection: Connection,
  scope: Scope,
  id: string,
  otherId: string,
): Promise<Session> {
  await lockHistory(connection, scope)
  const [to, from] = [
    await rowIdOf(connection, scope, 'session', id),
    await rowIdOf(connection, scope, 'session', otherId),
  ]
  if (to === from) throw new AppError('conflict', `session ${otherId} is the same as ${id} already`)
  const [kept, gone] = [await rowOf(connection, to), await rowOf(connection, from)]
  await staleSessions(connection, [from, to])
  await moveRows(connection, scope, from, to)
  await moveUsage(connection, scope, from, to)
  await connection.run(
    `UPDATE session SET ${KEPT.map((column) => `${column} = COALESCE(${column}, (SELECT o.${column} FROM session o WHERE o.id = ?))`).join(', ')}
     WHERE id = ?`,
    [...KEPT.map(() => from), to],
  )
  const ownTranscripts = await first(
    connection,
    'SELECT 1 AS one FROM transcript WHERE session_id = ? AND kind = 0 AND agent = ? AND external_id = ?',
    [to, kept.agent, kept.external_id],
  )
  await connection.run('DELETE FROM session WHERE id = ?', [from])
  // The agent's own id belongs to the session that has its transcript; the other stays known as an alias.
  const alias = ownTranscripts ? gone : kept
  if (!ownTranscripts) {
    await connection.run('UPDATE session SET agent = ?, external_id = ? WHERE id = ?', [
      gone.agent,
      gone.external_id,
      to,
    ])
  }
  const names = [gone.uid, gone.ref, externalAlias(alias.agent, alias.external_id), alias.external_id]
  if (gone.key_number !== null) names.push(sessionKey(gone.key_number))
  for (const name of new Set(names)) {
    if (name === kept.uid) continue
    await connection.run(
      'INSERT INTO session_alias (workspace_id, alias, session_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
      [scope.workspaceId, name, to],
    )
  }
  await refreshSession(connection, to, true)
  return getSession(connection, scope, id)
}

/** Facts of the other session that are taken where the kept one has none. */
const KEPT = [
  'key_number',
  'title',
  'title_source',
  'purpose',
  'project_id',
  'cwd',
  'git_branch',
  'agent_version',
  'parent_id',
  'parent_external_id',
  'relation',
  'user_id',
  'agent_name',
  'client_name',
  'presence',
  'opened_ms',
  'called_ms',
  'starred_at',
  'summary_markdown',
  'compact_markdown',
]

async function rowOf(connection: Connection, id: number): Promise<MergedRow> {
  const row = await first<MergedRow>(
    connection,
    'SELECT uid, ref, key_number, agent, external_id FROM session WHERE id = ?',
    [id],
  )
  return row as MergedRow
}

const MOVED = [
  ['transcript', 'session_id'],
  ['session_alias', 'session_id'],
  ['frame_interval', 'session_id'],
  ['person_interval', 'session_id'],
  ['binding', 'session_id'],
  ['session_note', 'session_id'],
  ['ticket_note', 'session_id'],
  ['handoff', 'session_id'],
  ['ticket', 'held_by_id'],
  ['session', 'parent_id'],
] as const

/** Tables where both may have a row of the same name: the kept session's stands. */
const MOVED_ONCE = [
  ['session_ticket', 'ticket_id, action'],
  ['session_data', 'name'],
  ['suggestion_decision', 'ref_folded'],
  // One row at most: any name does.
  ['presence', 'workspace_id'],
] as const

async function moveRows(connection: Connection, { workspaceId }: Scope, from: number, to: number): Promise<void> {
  for (const [table, column] of MOVED) {
    await connection.run(`UPDATE ${table} SET ${column} = ? WHERE workspace_id = ? AND ${column} = ?`, [
      to,
      workspaceId,
      from,
    ])
  }
  await connection.run('UPDATE session SET parent_id = NULL, relation = NULL WHERE id = ? AND parent_id = id', [to])
  for (const [table, name] of MOVED_ONCE) {
    await connection.run(
      `DELETE FROM ${table} WHERE workspace_id = ? AND session_id = ? AND (${name}) IN
         (SELECT ${name} FROM ${table} WHERE workspace_id = ? AND session_id = ?)`,
      [workspaceId, from, workspaceId, to],
    )
    await connection.run(`UPDATE ${table} SET session_id = ? WHERE workspace_id = ? AND session_id = ?`, [
      to,
      workspaceId,
      from,
    ])
  }
  await connection.run(
    `UPDATE activity SET session_uid = (SELECT uid FROM session WHERE id = ?)
     WHERE session_uid = (SELECT uid FROM session WHERE id = ?)`,
    [to, from],
  )
}

const SUMS = ['responses', ...TOKEN_COLUMNS, 'cost_microdollars', 'unpriced_tokens', 'unpriced_responses']

async function moveUsage(connection: Connection, { workspaceId }: Scope, from: number, to: number): Promise<void> {
  for (const [table, place] of [
    ['usage_quarter', 'quarter, model_id'],
    ['usage_session', 'model_id'],
  ] as const) {
    await connection.run(
      `INSERT INTO ${table} (workspace_id, session_id, ${place}, ${SUMS.join(', ')})
       SELECT workspace_id, CAST(? AS BIGINT), ${place}, ${SUMS.join(', ')} FROM ${table}
       WHERE workspace_id = ? AND session_id = ?
       ON CONFLICT (workspace_id, session_id, ${place}) DO UPDATE SET
       ${SUMS.map((column) => `${column} = ${table}.${column} + excluded.${column}`).join(', ')}`,
      [to, workspaceId, from],
    )
    await connection.run(`DELETE FROM ${table} WHERE workspace_id = ? AND session_id = ?`, [workspaceId, from])
  }
}
