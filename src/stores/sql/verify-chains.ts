import { CHAIN_START } from '../../domain/activity.ts'
import { isSoundLink } from '../../domain/sound-link.ts'
import type { ActivityStore } from '../activity-store.ts'
import { ACTIVITY_COLUMNS, toLink } from './activity-rows.ts'
import type { ActivityRow } from './activity-rows.ts'
import type { Connection } from './connection.ts'

type Verdict = Awaited<ReturnType<ActivityStore['verify']>>

const ROWS_AT_ONCE = 2000

interface Head {
  id: number
  name: string
  sequence: number
  hash: string
}

/**
 * Walks every chain from its first row to the head that is kept apart, so that a cut tail is found as well. All of them in one
 * walk: most chains of a long record have a row or two.
 */
export async function verifyChains(connection: Connection, workspaceId: number): Promise<Verdict> {
  const heads = await connection.all<Head>(
    'SELECT id, name, sequence, hash FROM activity_chain WHERE workspace_id = ? ORDER BY id',
    [workspaceId],
  )
  const verdict: Verdict = { chains: heads.length, rows: 0, erased: 0, brokenAt: null, lastAt: null }
  const walks = heads.map((head) => ({ head, sequence: 1, hash: CHAIN_START, broken: false }))
  const byChain = new Map(walks.map((walk) => [walk.head.id, walk]))
  for await (const row of chainRows(connection, workspaceId)) {
    const walk = byChain.get(row.chainId)
    // Rows appended after the heads were read follow them and are checked the next time.
    if (walk === undefined || walk.broken || row.sequence > walk.head.sequence) continue
    verdict.rows++
    if (row.erased_at !== null) verdict.erased++
    if (verdict.lastAt === null || row.at > verdict.lastAt) verdict.lastAt = row.at
    walk.broken = row.sequence !== walk.sequence || row.previous_hash !== walk.hash || !isSoundLink(toLink(row))
    if (!walk.broken) Object.assign(walk, { sequence: row.sequence + 1, hash: row.hash })
  }
  const broken = walks.find(({ head, sequence, hash }) => sequence !== head.sequence + 1 || hash !== head.hash)
  if (broken) verdict.brokenAt = { chain: broken.head.name, sequence: broken.sequence }
  return verdict
}

/** Chain by chain, each in order. */
async function* chainRows(
  connection: Connection,
  workspaceId: number,
): AsyncGenerator<ActivityRow & { chainId: number }> {
  let after = [0, 0]
  for (;;) {
    const rows = await connection.all<ActivityRow & { chainId: number }>(
      `SELECT ${ACTIVITY_COLUMNS}, a.chain_id AS "chainId" FROM activity a JOIN activity_chain c ON c.id = a.chain_id
       WHERE a.workspace_id = ? AND (a.chain_id, a.sequence) > (?, ?)
       ORDER BY a.chain_id, a.sequence LIMIT ?`,
      [workspaceId, ...after, ROWS_AT_ONCE],
    )
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < ROWS_AT_ONCE) return
    after = [last.chainId, last.sequence]
  }
}
