import { CHAIN_START, chainText } from '../../domain/activity.ts'
import type { ActivityStore } from '../activity-store.ts'
import { ACTIVITY_COLUMNS, sha256 } from './activity-rows.ts'
import type { ActivityRow } from './activity-rows.ts'
import type { Connection } from './connection.ts'

type Verdict = Awaited<ReturnType<ActivityStore['verify']>>

const ROWS_AT_ONCE = 2000

/** Walks every chain from its first row to the head that is kept apart, so that a cut tail is found as well. */
export async function verifyChains(connection: Connection, workspaceId: number): Promise<Verdict> {
  const heads = await connection.all<{ id: number; name: string; sequence: number; hash: string }>(
    'SELECT id, name, sequence, hash FROM activity_chain WHERE workspace_id = ? ORDER BY id',
    [workspaceId],
  )
  const verdict: Verdict = { chains: heads.length, rows: 0, erased: 0, brokenAt: null, lastAt: null }
  for (const head of heads) {
    let expected = { sequence: 1, hash: CHAIN_START }
    for await (const row of chainRows(connection, head.id)) {
      // Rows appended after the heads were read follow them and are checked the next time.
      if (row.sequence > head.sequence) break
      verdict.rows++
      if (row.erased_at !== null) verdict.erased++
      if (verdict.lastAt === null || row.at > verdict.lastAt) verdict.lastAt = row.at
      if (row.sequence !== expected.sequence || row.previous_hash !== expected.hash || !isSound(row)) {
        verdict.brokenAt ??= { chain: head.name, sequence: expected.sequence }
        break
      }
      expected = { sequence: row.sequence + 1, hash: row.hash }
    }
    const complete = expected.sequence === head.sequence + 1 && expected.hash === head.hash
    if (!complete) verdict.brokenAt ??= { chain: head.name, sequence: expected.sequence }
  }
  return verdict
}

async function* chainRows(connection: Connection, chainId: number): AsyncGenerator<ActivityRow> {
  for (let after = 0; ;) {
    const rows = await connection.all<ActivityRow>(
      `SELECT ${ACTIVITY_COLUMNS} FROM activity a JOIN activity_chain c ON c.id = a.chain_id
       WHERE a.workspace_id = c.workspace_id AND a.chain_id = ? AND a.sequence > ? ORDER BY a.sequence LIMIT ?`,
      [chainId, after, ROWS_AT_ONCE],
    )
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < ROWS_AT_ONCE) return
    after = last.sequence
  }
}

function isSound(row: ActivityRow): boolean {
  const { chain, sequence, at, actor, action, target } = row
  const text = chainText({
    chain,
    sequence,
    at,
    actor,
    action,
    target,
    payloadHash: row.payload_hash,
    previousHash: row.previous_hash,
  })
  if (sha256(text) !== row.hash) return false
  if (row.erased_at !== null) return true
  return row.payload !== null && row.salt !== null && sha256(row.salt + row.payload) === row.payload_hash
}
