import { CHAIN_START, chainText } from '../../domain/activity.ts'
import type { Activity, ActivityDraft } from '../../domain/activity.ts'
import type { FeedDraft } from '../../domain/feed.ts'
import type { ActivityStore } from '../activity-store.ts'
import { sha256 } from '../../domain/sha256.ts'
import { ACTIVITY_COLUMNS, toActivity, toLink } from './activity-rows.ts'
import type { ActivityRow } from './activity-rows.ts'
import { every, is } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { countRows } from './count-rows.ts'
import { announce } from './feed.ts'
import { checkLimit, readCursor, toPage } from './page.ts'
import type { Scope } from './scope.ts'
import { verifyChains } from './verify-chains.ts'

export function activityStore(scope: Scope): ActivityStore {
  const { database, workspaceId } = scope
  return {
    append: (draft) => database.write((connection) => appendActivity(connection, scope, draft), 'full'),
    list: (filter, page) =>
      database.read(async (connection) => {
        const limit = checkLimit(page.limit)
        const matching = every(
          is('a.workspace_id = ?', workspaceId),
          filter.sessionId !== undefined && is('a.session_uid = ?', filter.sessionId),
          filter.action !== undefined && is('a.action = ?', filter.action),
          filter.actor !== undefined && is('a.actor = ?', filter.actor),
        )
        const before = page.cursor === undefined ? undefined : readCursor(page.cursor, 1)[0]
        const where = every(matching, before !== undefined && is('a.id < ?', before))
        const rows = await connection.all<ActivityRow>(
          `SELECT ${ACTIVITY_COLUMNS} FROM activity a JOIN activity_chain c ON c.id = a.chain_id
           WHERE ${where.sql} ORDER BY a.id DESC LIMIT ?`,
          [...where.values, limit + 1],
        )
        const total = await countRows(connection, 'FROM activity a', matching)
        return toPage(rows, limit, total, (row) => [row.id], toActivity)
      }),
    links: (sessionId) =>
      database.read(async (connection) => {
        const rows = await connection.all<ActivityRow>(
          `SELECT ${ACTIVITY_COLUMNS} FROM activity a JOIN activity_chain c ON c.id = a.chain_id
           WHERE a.workspace_id = ? AND a.session_uid = ? ORDER BY a.chain_id, a.sequence`,
          [workspaceId, sessionId],
        )
        return rows.map(toLink).toSorted((a, b) => (a.chain < b.chain ? -1 : a.chain > b.chain ? 1 : 0))
      }),
    verify: () => database.read((connection) => verifyChains(connection, workspaceId)),
  }
}

/**
 * Adds a row to its chain. The head row is locked first, so that two writers never take the same place.
 *
 * @param told what listeners hear of it
 */
export async function appendActivity(
  connection: Connection,
  scope: Scope,
  draft: ActivityDraft,
  told = announced(draft),
): Promise<Activity> {
  const { workspaceId } = scope
  const chain = draft.sessionId === null ? scope.chains() : `${scope.chains()}/${draft.sessionId}`
  const head = await first<{ id: number; sequence: number; hash: string }>(
    connection,
    `SELECT id, sequence, hash FROM activity_chain WHERE workspace_id = ? AND name = ?${connection.dialect.forUpdate}`,
    [workspaceId, chain],
  )
  const payload = JSON.stringify(draft.payload)
  const salt = Buffer.from(scope.random(16)).toString('hex')
  const row = {
    chain,
    sequence: (head?.sequence ?? 0) + 1,
    at: draft.at,
    actor: draft.actor,
    action: draft.action,
    target: draft.target,
    payloadHash: sha256(salt + payload),
    previousHash: head?.hash ?? CHAIN_START,
  }
  const hash = sha256(chainText(row))
  const chainId = head?.id ?? (await beginChain(connection, workspaceId, chain, hash))
  // Somebody else has begun it meanwhile.
  if (chainId === undefined) return appendActivity(connection, scope, draft, told)
  if (head)
    await connection.run('UPDATE activity_chain SET sequence = ?, hash = ? WHERE id = ?', [row.sequence, hash, chainId])
  const inserted = await first<{ id: number }>(
    connection,
    `INSERT INTO activity (workspace_id, chain_id, sequence, session_uid, at, actor, action, target, payload, salt,
       payload_hash, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    [
      workspaceId,
      chainId,
      row.sequence,
      draft.sessionId,
      row.at,
      row.actor,
      row.action,
      row.target,
      payload,
      salt,
      row.payloadHash,
      row.previousHash,
      hash,
    ],
  )
  const { at, actor, action, target, sequence } = row
  await announce(connection, scope, told)
  return { id: inserted?.id ?? 0, chain, sequence, at, actor, action, target, payload: draft.payload, erasedAt: null }
}

/** What is told of an activity: who did what, where. Nothing that was said: it can be forgotten here. */
function announced({ action, actor, at, sessionId }: ActivityDraft): FeedDraft {
  return { kind: 'activity', sessionId, at, payload: { action, actor } }
}

/** @returns `undefined` when the chain is there already */
async function beginChain(
  connection: Connection,
  workspaceId: number,
  name: string,
  hash: string,
): Promise<number | undefined> {
  const row = await first<{ id: number }>(
    connection,
    `INSERT INTO activity_chain (workspace_id, name, sequence, hash) VALUES (?, ?, 1, ?)
     ON CONFLICT DO NOTHING RETURNING id`,
    [workspaceId, name, hash],
  )
  return row?.id
}

/**
 * Takes the content of rows away, payload and salt, and leaves their hashes: the chain still verifies. What was told of the
 * session to those who listen goes too.
 *
 * @returns how many rows lost their payload
 */
export async function eraseActivities(
  connection: Connection,
  workspaceId: number,
  sessionId: string,
  at: string,
): Promise<number> {
  for (const table of ['feed', 'feed_pending']) {
    await connection.run(`DELETE FROM ${table} WHERE workspace_id = ? AND session_uid = ?`, [workspaceId, sessionId])
  }
  return connection.run(
    `UPDATE activity SET payload = NULL, salt = NULL, erased_at = ?
     WHERE workspace_id = ? AND session_uid = ? AND erased_at IS NULL`,
    [at, workspaceId, sessionId],
  )
}
