import { hostname } from 'node:os'
import { IDLE_MS } from '../../domain/session.ts'
import { uuidv7 } from '../../domain/ids.ts'
import { first } from './connection.ts'
import type { Connection, Database } from './connection.ts'
import type { Scope } from './scope.ts'

export interface IdentityRequest {
  workspaceId: string
  /** Absent: the store's first machine, the only one of a store on disk. */
  machineId?: string
  /** See `Scope.chains`; the machine's id when absent. */
  chains?(): string
  /** See `Store.idleMs`; 30 minutes when absent. */
  idleMs?: number
  now(): number
  random(count: number): Uint8Array
}

/** Finds the workspace and this machine in the store, making their rows the first time. */
export async function openScope(database: Database, request: IdentityRequest): Promise<Scope> {
  const identity =
    (await database.read((connection) => findIdentity(connection, request))) ??
    (await database.write((connection) => makeIdentity(connection, request), 'full'))
  const { now, random, idleMs = IDLE_MS, chains = () => identity.machineUid } = request
  return {
    database,
    ...identity,
    chains,
    idleMs,
    now,
    random,
    names: { byText: new Map(), sweeps: 0 },
    seen: new Map(),
  }
}

interface Identity {
  workspaceId: number
  workspaceUid: string
  machineId: number
  machineUid: string
}

async function findIdentity(connection: Connection, request: IdentityRequest): Promise<Identity | undefined> {
  const values = request.machineId === undefined ? [] : [request.machineId]
  return first<Identity>(
    connection,
    `SELECT w.id AS "workspaceId", w.uid AS "workspaceUid", m.id AS "machineId", m.uid AS "machineUid"
     FROM workspace w JOIN machine m ON m.workspace_id = w.id
     WHERE w.uid = ?${values.length > 0 ? ' AND m.uid = ?' : ''} ORDER BY m.id LIMIT 1`,
    [request.workspaceId, ...values],
  )
}

async function makeIdentity(connection: Connection, request: IdentityRequest): Promise<Identity> {
  const at = new Date(request.now()).toISOString()
  const id = await ensureWorkspace(connection, request.workspaceId, at)
  const known = await findIdentity(connection, request)
  if (known) return known
  const uid = request.machineId ?? uuidv7(request.now(), request.random(10))
  await connection.run(
    'INSERT INTO machine (workspace_id, uid, name, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    [id, uid, hostname(), at],
  )
  return (await findIdentity(connection, request)) as Identity
}

/** @returns its row id */
export async function ensureWorkspace(connection: Connection, uid: string, at: string): Promise<number> {
  await connection.run('INSERT INTO workspace (uid, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING', [uid, at])
  const workspace = await first<{ id: number }>(connection, 'SELECT id FROM workspace WHERE uid = ?', [uid])
  return workspace?.id ?? 0
}
