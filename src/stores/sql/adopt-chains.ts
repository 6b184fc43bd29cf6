import type { ChainLink } from '../../domain/activity.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'

/** See `ImportStore.adoptChains`. */
export async function adoptChains(
  connection: Connection,
  { workspaceId, machineUid, chains }: Scope,
  sessionId: string,
  links: readonly ChainLink[],
): Promise<boolean> {
  const byChain = Map.groupBy(links, ({ chain }) => chain)
  for (const name of byChain.keys()) {
    if ([machineUid, chains()].some((own) => name.startsWith(`${own}/`))) return false
    const known = 'SELECT 1 AS one FROM activity_chain WHERE workspace_id = ? AND name = ?'
    if (await first(connection, known, [workspaceId, name])) return false
  }
  for (const [name, rows] of byChain) {
    const last = rows.at(-1) as ChainLink
    const head = await first<{ id: number }>(
      connection,
      'INSERT INTO activity_chain (workspace_id, name, sequence, hash) VALUES (?, ?, ?, ?) RETURNING id',
      [workspaceId, name, last.sequence, last.hash],
    )
    for (const row of rows) {
      await connection.run(
        `INSERT INTO activity (workspace_id, chain_id, sequence, session_uid, at, actor, action, target, payload, salt,
           payload_hash, previous_hash, hash, erased_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          workspaceId,
          head?.id ?? 0,
          row.sequence,
          sessionId,
          row.at,
          row.actor,
          row.action,
          row.target,
          row.payload,
          row.salt,
          row.payloadHash,
          row.previousHash,
          row.hash,
          row.erasedAt,
        ],
      )
    }
  }
  return true
}
