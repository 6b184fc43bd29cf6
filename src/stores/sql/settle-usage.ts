import type { Connection } from './connection.ts'
import type { Family } from './family.ts'
import type { Scope } from './scope.ts'
import { NUMBERS, byResponse, isBetter, isLarger, sameNumbers, usageColumns, withNumbers } from './usage-groups.ts'
import type { UsageRecord } from './usage-groups.ts'
import type { UsageLedger } from './usage-ledger.ts'
import { asItSays, keepOwnNumbers, readOwnNumbers } from './usage-own.ts'

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
  const numbers = await readOwnNumbers(connection, workspaceId, [...new Set(rows.map((row) => row.transcript_id))])
  const touched = new Set<number>()
  for (const held of Map.groupBy(rows, (row) => row.response_hash).values()) {
    const known = held.filter((row) => family.members.has(row.transcript_id))
    for (const copies of byResponse(known.map((row) => ({ ...asItSays(row, numbers), stored: row })))) {
      // Copies that others share with transcripts outside of the family are not for this transcript to decide over.
      const decides = known.length === held.length || copies.some((row) => row.transcript_id === transcriptId)
      if (!decides) continue
      const ownerId = family.owner([...new Set(copies.map((row) => row.transcript_id))])
      const best = copies.reduce((a, b) => (isBetter(b, a) || (!isBetter(a, b) && b.at_ms < a.at_ms) ? b : a))
      const own = copies.filter((row) => row.transcript_id === ownerId)
      const owner = own.reduce((a, b) => (isBetter(b, a) ? b : a))
      for (const { stored, ...row } of copies) {
        const counts = row.id === owner.id
        const borrows = counts && isLarger(best, row)
        const after = { ...(borrows ? withNumbers(row, best) : row), inherited: counts ? 0 : 1 }
        if (borrows || numbers.has(row.id))
          await keepOwnNumbers(connection, workspaceId, row, borrows ? row : undefined)
        if (after.inherited === stored.inherited && sameNumbers(after, stored)) continue
        const sessionId = family.members.get(row.transcript_id)?.session_id
        if (sessionId && stored.inherited === 0) ledger.count(sessionId, stored, -1)
        if (sessionId && after.inherited === 0) ledger.count(sessionId, after, 1)
        await write(connection, workspaceId, after)
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
