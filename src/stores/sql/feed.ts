import type { FeedDraft, FeedEvent, FeedKind } from '../../domain/feed.ts'
import type { FeedStore } from '../feed-store.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'

/** Events kept with their position, and events that may wait for one while nobody listens. */
const KEPT = 10_000
const AT_ONCE = 500
/** Old ones are looked for once in so many. */
const TRIM_EVERY = 128

/** Leaves an event in the transaction of what it tells of; `publish` gives it its position. */
export async function announce(connection: Connection, { workspaceId }: Scope, draft: FeedDraft): Promise<void> {
  const { kind, sessionId, at, payload } = draft
  const added = await first<{ id: number }>(
    connection,
    'INSERT INTO feed_pending (workspace_id, kind, session_uid, at, payload) VALUES (?, ?, ?, ?, ?) RETURNING id',
    [workspaceId, kind, sessionId, at, JSON.stringify(payload)],
  )
  const id = added?.id ?? 0
  if (id % TRIM_EVERY === 0) await connection.run('DELETE FROM feed_pending WHERE id <= ?', [id - KEPT])
}

interface FeedRow {
  kind: FeedKind
  session_uid: string | null
  at: string
  payload: string
}

export function feedStore(scope: Scope): FeedStore {
  const { database, workspaceId } = scope
  return {
    async publish() {
      const waits = await database.read((connection) =>
        first(connection, 'SELECT id FROM feed_pending WHERE workspace_id = ? LIMIT 1', [workspaceId]),
      )
      if (!waits) return 0
      return database.write((connection) => publish(connection, workspaceId), 'bulk')
    },
    list: (after, limit) =>
      database.read(async (connection) => {
        const rows = await connection.all<FeedRow & { position: number }>(
          `SELECT position, kind, session_uid, at, payload FROM feed WHERE workspace_id = ? AND position > ?
           ORDER BY position LIMIT ?`,
          [workspaceId, after, limit],
        )
        return rows.map(({ position, kind, session_uid, at, payload }): FeedEvent => ({
          position,
          kind,
          sessionId: session_uid,
          at,
          payload: JSON.parse(payload) as FeedEvent['payload'],
        }))
      }),
    bounds: () => database.read((connection) => boundsOf(connection, workspaceId)),
  }
}

async function publish(connection: Connection, workspaceId: number): Promise<number> {
  await connection.lock(`daybook feed ${workspaceId}`)
  const pending = await connection.all<FeedRow & { id: number }>(
    'SELECT id, kind, session_uid, at, payload FROM feed_pending WHERE workspace_id = ? ORDER BY id LIMIT ?',
    [workspaceId, AT_ONCE],
  )
  const { newest } = await boundsOf(connection, workspaceId)
  // So many wait that some may have been dropped: whoever resumes from before is told to look at everything again.
  const mayHaveDropped =
    pending.length === AT_ONCE && (await countPending(connection, workspaceId)) >= KEPT - TRIM_EVERY
  const oldest = mayHaveDropped ? newest + 2 : 0
  let position = newest + (mayHaveDropped ? 1 : 0)
  for (const { id, kind, session_uid, at, payload } of pending) {
    await connection.run(
      'INSERT INTO feed (workspace_id, position, kind, session_uid, at, payload) VALUES (?, ?, ?, ?, ?, ?)',
      [workspaceId, ++position, kind, session_uid, at, payload],
    )
    await connection.run('DELETE FROM feed_pending WHERE id = ?', [id])
  }
  const before = Math.max(oldest, position - KEPT + 1)
  await connection.run('DELETE FROM feed WHERE workspace_id = ? AND position < ?', [workspaceId, before])
  return pending.length
}

async function countPending(connection: Connection, workspaceId: number): Promise<number> {
  const sql = 'SELECT COUNT(*) AS n FROM feed_pending WHERE workspace_id = ?'
  return (await first<{ n: number }>(connection, sql, [workspaceId]))?.n ?? 0
}

async function boundsOf(connection: Connection, workspaceId: number): Promise<{ oldest: number; newest: number }> {
  const found = await first<{ oldest: number | null; newest: number | null }>(
    connection,
    'SELECT MIN(position) AS oldest, MAX(position) AS newest FROM feed WHERE workspace_id = ?',
    [workspaceId],
  )
  return { oldest: found?.oldest ?? 0, newest: found?.newest ?? 0 }
}
