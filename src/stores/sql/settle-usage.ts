import type { Connection } from './connection.ts'
import type { Family } from './family.ts'
import type { Scope } from './scope.ts'
import { NUMBERS, byResponse, isBetter, sameNumbers, usageColumns, withNumbers } from './usage-groups.ts'
import type { UsageRecord } from './usage-groups.ts'
import type { UsageLedger } from './usage-ledger.ts'

/**
 * Decides for every response of a transcript which row counts: that of the transcript it belongs to, with the best numbers
 * any copy has.
 *
 * @returns transcripts whose rows changed
 */
export async function settleUsage(
  connection: Connection,
  { workspaceId }: Scope,
  ledger: UsageLedger,
  family: Family,
  transcriptId: number,
): Promise<Set<number>> {
  const rows = await connection.all<UsageRecord>(
    `SELECT ${usageColumns('y')} FROM usage y WHERE y.workspace_id = ? AND y.response_hash IN
       (SELECT x.response_hash FROM usage x WHERE x.transcript_id = ?)`,
    [workspaceId, transcriptId],
  )
  const touched = new Set<number>()
  for (const held of Map.groupBy(rows, (row) => row.response_hash).values()) {
    const known = held.filter((row) => family.members.has(row.transcript_id))
    for (const copies of byResponse(known)) {
      // Copies that others share with transcripts outside of the family are not for this transcript to decide over.
      const decides = known.length === held.length || copies.some((row) => row.transcript_id === transcriptId)
      if (!decides) continue
      const ownerId = family.owner([...new Set(copies.map((row) => row.transcript_id))])
      const best = copies.reduce((a, b) => (isBetter(b, a) ? b : a))
      const own = copies.filter((row) => row.transcript_id === ownerId)
      const owner = own.reduce((a, b) => (isBetter(b, a) ? b : a))
      for (const row of copies) {
        const counts = row === owner
        const after = { ...(counts && isBetter(best, row) ? withNumbers(row, best) : row), inherited: counts ? 0 : 1 }
        if (after.inherited === row.inherited && sameNumbers(after, row)) continue
        const sessionId = family.members.get(row.transcript_id)?.session_id
        if (sessionId && row.inherited === 0) ledger.count(sessionId, row, -1)
        if (sessionId && after.inherited === 0) ledger.count(sessionId, after, 1)
        await write(connection, workspaceId, after)
        Object.assign(row, after)
        touched.add(row.transcript_id)
      }
    }
  }
  return touched
}

async function write(connection: Connection, workspaceId: number, row: UsageRecord): Promise<void> {
  await connection.run(
    `UPDATE usage SET inherited = ?, ${NUMBERS.map((column) => `${column} = ?`).join(', ')} WHERE workspace_id = ? AND id = ?`,
    [row.inherited, ...NUMBERS.map((column) => row[column]), workspaceId, row.id],
  )
}
