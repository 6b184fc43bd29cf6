import { AppError } from '../../domain/errors.ts'
import { uuidv7 } from '../../domain/ids.ts'
import type { Project, ProjectEvidence, ProjectIdentity } from '../../domain/project.ts'
import type { ProjectStore } from '../project-store.ts'
import { comparablePath, plainPath } from '../../domain/recorded-path.ts'
import { among, every, is } from './condition.ts'
import type { Condition } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { mergeProjects, moveProject, noteRoot, ruledProject, splitProject } from './project-rules.ts'
import { isoOrNull, nowIso } from './scope.ts'
import type { Scope } from './scope.ts'

export function projectStore(scope: Scope): ProjectStore {
  const { database, workspaceId } = scope

  async function only(connection: Connection, condition: Condition, named: string): Promise<Project> {
    const [project] = await readProjects(connection, workspaceId, condition)
    if (project) return project
    throw new AppError('not_found', `no project ${JSON.stringify(named)}`, { hint: 'daybook project list' })
  }

  return {
    ensure: async (evidence) =>
      // Every session that begins asks, and nearly always it is known: that needs no transaction, and no disk to wait for.
      (await database.read((connection) => knownProject(connection, scope, evidence))) ??
      database.write((connection) => ensureProject(connection, scope, evidence, only), 'full'),
    list: () => database.read((connection) => readProjects(connection, workspaceId)),
    resolve: (word) =>
      database.read((connection) =>
        readProjects(
          connection,
          workspaceId,
          is(
            `(p.uid = ? OR lower(p.name) = lower(?) OR p.identity IN (?, ?) OR EXISTS (
               SELECT 1 FROM project_root r WHERE r.project_id = p.id AND r.root = ?))`,
            word,
            word,
            word,
            comparablePath(word),
            plainPath(word),
          ),
        ),
      ),
    at: (folders) =>
      database.read(async (connection) => {
        const where = every(is('workspace_id = ?', workspaceId), among('root', folders))
        const rows = await connection.all<{ id: number; root: string }>(
          `SELECT project_id AS id, root FROM project_root WHERE ${where.sql}`,
          where.values,
        )
        const root = folders.find((folder) => rows.some((row) => row.root === folder))
        if (root === undefined) return undefined
        const ids = rows.filter((row) => row.root === root).map((row) => row.id)
        return (await readProjects(connection, workspaceId, among('p.id', ids)))[0]
      }),
    merge: (into, other) => database.write((connection) => mergeProjects(connection, scope, into, other), 'full'),
    move: (id, root) => database.write((connection) => moveProject(connection, scope, id, root), 'full'),
    split: (id, root, name) => database.write((connection) => splitProject(connection, scope, id, root, name), 'full'),
    setIgnored: (id, at) =>
      database.write(async (connection) => {
        await connection.run('UPDATE project SET ignored_at = ? WHERE workspace_id = ? AND uid = ?', [
          at,
          workspaceId,
          id,
        ])
        return only(connection, is('p.uid = ?', id), id)
      }, 'full'),
  }
}

/** The project of a root that was noted for it already. */
async function knownProject(
  connection: Connection,
  scope: Scope,
  evidence: ProjectEvidence,
): Promise<Project | undefined> {
  const { root, identityKind, identity } = evidence
  const ruled = await ruledProject(connection, scope, evidence)
  const [known] = await readProjects(
    connection,
    scope.workspaceId,
    every(
      ruled === undefined
        ? is('p.identity_kind = ? AND p.identity = ?', identityKind, identity)
        : is('p.id = ?', ruled),
      is(
        'EXISTS (SELECT 1 FROM project_root o WHERE o.workspace_id = ? AND o.machine_id = ? AND o.root = ? AND o.project_id = p.id)',
        scope.workspaceId,
        scope.machineId,
        root,
      ),
    ),
  )
  return known
}

async function ensureProject(
  connection: Connection,
  scope: Scope,
  evidence: ProjectEvidence,
  only: (connection: Connection, condition: Condition, named: string) => Promise<Project>,
): Promise<Project> {
  const { workspaceId } = scope
  const ruled = await ruledProject(connection, scope, evidence)
  if (ruled !== undefined) {
    await noteRoot(connection, scope, evidence.root, ruled)
    return only(connection, is('p.id = ?', ruled), evidence.identity)
  }
  await connection.run(
    `INSERT INTO project (workspace_id, uid, name, identity_kind, identity, created_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
    [
      workspaceId,
      uuidv7(scope.now(), scope.random(10)),
      evidence.name,
      evidence.identityKind,
      evidence.identity,
      nowIso(scope),
    ],
  )
  const row = await first<{ id: number }>(
    connection,
    'SELECT id FROM project WHERE workspace_id = ? AND identity_kind = ? AND identity = ?',
    [workspaceId, evidence.identityKind, evidence.identity],
  )
  await noteRoot(connection, scope, evidence.root, row?.id ?? 0)
  const same = is('p.identity_kind = ? AND p.identity = ?', evidence.identityKind, evidence.identity)
  return only(connection, same, evidence.identity)
}

interface ProjectRow {
  id: number
  uid: string
  name: string
  identity_kind: ProjectIdentity
  identity: string
  ignored_at: string | null
  sessions: number
  last_ms: number | null
}

const SESSIONS_OF_PROJECT = `FROM session s
  WHERE s.workspace_id = p.workspace_id AND s.project_id = p.id AND s.pruned_at IS NULL`

async function readProjects(connection: Connection, workspaceId: number, condition?: Condition): Promise<Project[]> {
  const where = every(is('p.workspace_id = ?', workspaceId), condition)
  const rows = await connection.all<ProjectRow>(
    // For each by itself, along `session_project`: mostly one is asked about.
    `SELECT p.id, p.uid, p.name, p.identity_kind, p.identity, p.ignored_at,
       (SELECT COUNT(*) ${SESSIONS_OF_PROJECT}) AS sessions, (SELECT MAX(s.last_ms) ${SESSIONS_OF_PROJECT}) AS last_ms
     FROM project p WHERE ${where.sql} ORDER BY COALESCE((SELECT MAX(s.last_ms) ${SESSIONS_OF_PROJECT}), 0) DESC, p.name, p.uid`,
    where.values,
  )
  const roots = await connection.all<{ project_id: number; root: string }>(
    'SELECT project_id, root FROM project_root WHERE workspace_id = ? ORDER BY root',
    [workspaceId],
  )
  const byProject = Map.groupBy(roots, (root) => root.project_id)
  return rows.map((row) => ({
    id: row.uid,
    name: row.name,
    identityKind: row.identity_kind,
    identity: row.identity,
    roots: (byProject.get(row.id) ?? []).map((root) => root.root),
    ignoredAt: row.ignored_at,
    sessionCount: row.sessions,
    lastActivityAt: isoOrNull(row.last_ms),
  }))
}
