import { AppError } from '../../domain/errors.ts'
import { uuidv7 } from '../../domain/ids.ts'
import type { ProjectEvidence } from '../../domain/project.ts'
import { is } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { lockHistory, nowIso } from './scope.ts'
import type { Scope } from './scope.ts'
import { staleDays } from './work-stale.ts'

/** Tables whose rows name a project. */
const NAMING = ['session', 'project_root', 'ticket', 'handoff', 'project_rule']

/** The project that somebody said a directory belongs to; undefined where its own word stands. */
export async function ruledProject(
  connection: Connection,
  { workspaceId }: Scope,
  { root, identityKind, identity }: ProjectEvidence,
): Promise<number | undefined> {
  const row = await first<{ project_id: number }>(
    connection,
    `SELECT project_id FROM project_rule WHERE workspace_id = ? AND ((kind = 'root' AND value = ?) OR (kind = ? AND value = ?))
     ORDER BY CASE WHEN kind = 'root' THEN 0 ELSE 1 END LIMIT 1`,
    [workspaceId, root, identityKind, identity],
  )
  return row?.project_id
}

async function rule(connection: Connection, scope: Scope, kind: string, value: string, id: number): Promise<void> {
  await connection.run(
    `INSERT INTO project_rule (workspace_id, kind, value, project_id) VALUES (?, ?, ?, ?)
     ON CONFLICT (workspace_id, kind, value) DO UPDATE SET project_id = excluded.project_id`,
    [scope.workspaceId, kind, value, id],
  )
}

async function rowOf(connection: Connection, scope: Scope, uid: string) {
  const row = await first<{ id: number; identity_kind: string; identity: string; name: string }>(
    connection,
    'SELECT id, identity_kind, identity, name FROM project WHERE workspace_id = ? AND uid = ?',
    [scope.workspaceId, uid],
  )
  if (row) return row
  throw new AppError('not_found', `no project ${JSON.stringify(uid)}`, { hint: 'daybook project list' })
}

/** Makes one project of two; see `ProjectStore.merge`. */
export async function mergeProjects(connection: Connection, scope: Scope, into: string, other: string): Promise<void> {
  await lockHistory(connection, scope)
  const [kept, gone] = [await rowOf(connection, scope, into), await rowOf(connection, scope, other)]
  await staleDays(connection, is('s.workspace_id = ? AND s.project_id = ?', scope.workspaceId, gone.id))
  for (const table of NAMING) {
    await connection.run(`UPDATE ${table} SET project_id = ? WHERE workspace_id = ? AND project_id = ?`, [
      kept.id,
      scope.workspaceId,
      gone.id,
    ])
  }
  await rule(connection, scope, gone.identity_kind, gone.identity, kept.id)
  await connection.run('DELETE FROM project WHERE workspace_id = ? AND id = ?', [scope.workspaceId, gone.id])
}

/** Lets a project be at another root as well; see `ProjectStore.move`. */
export async function moveProject(connection: Connection, scope: Scope, uid: string, root: string): Promise<void> {
  await lockHistory(connection, scope)
  const { id } = await rowOf(connection, scope, uid)
  const there = await first<{ uid: string }>(
    connection,
    `SELECT uid FROM project WHERE workspace_id = ? AND identity_kind = 'path' AND identity = ? AND id <> ?`,
    [scope.workspaceId, root, id],
  )
  if (there) await mergeProjects(connection, scope, uid, there.uid)
  await rule(connection, scope, 'path', root, id)
  await rule(connection, scope, 'root', root, id)
  await noteRoot(connection, scope, root, id)
}

/** Makes a project of its own of one root; see `ProjectStore.split`. */
export async function splitProject(
  connection: Connection,
  scope: Scope,
  uid: string,
  root: string,
  name: string,
): Promise<string> {
  const { workspaceId } = scope
  await lockHistory(connection, scope)
  const { id } = await rowOf(connection, scope, uid)
  const made = uuidv7(scope.now(), scope.random(10))
  const inserted = await connection.run(
    `INSERT INTO project (workspace_id, uid, name, identity_kind, identity, created_at) VALUES (?, ?, ?, 'path', ?, ?)
     ON CONFLICT DO NOTHING`,
    [workspaceId, made, name, root, nowIso(scope)],
  )
  if (inserted === 0) {
    throw new AppError('conflict', `${root} is what its project is known by: it cannot be split off`, {
      hint: 'daybook project list',
    })
  }
  const own = (await rowOf(connection, scope, made)).id
  await rule(connection, scope, 'root', root, own)
  await noteRoot(connection, scope, root, own)
  await staleDays(connection, is('s.workspace_id = ? AND s.project_id = ?', workspaceId, id))
  await connection.run(
    `UPDATE session SET project_id = ? WHERE workspace_id = ? AND project_id = ?
     AND (cwd = ? OR substr(cwd, 1, ?) = ?)`,
    [own, workspaceId, id, root, root.length + 1, `${root}/`],
  )
  return made
}

export async function noteRoot(connection: Connection, scope: Scope, root: string, id: number): Promise<void> {
  await connection.run(
    `INSERT INTO project_root (workspace_id, machine_id, root, project_id) VALUES (?, ?, ?, ?)
     ON CONFLICT (workspace_id, machine_id, root) DO UPDATE SET project_id = excluded.project_id`,
    [scope.workspaceId, scope.machineId, root, id],
  )
}
