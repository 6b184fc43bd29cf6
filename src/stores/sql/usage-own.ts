import { among, every, is, lists } from './condition.ts'
import type { Connection } from './connection.ts'
import { NUMBERS, withNumbers } from './usage-groups.ts'
import type { Numbers, UsageRecord } from './usage-groups.ts'

/** What rows said themselves that count with the numbers of a better copy, by row id. */
export type OwnNumbers = ReadonlyMap<number, Numbers>

export async function readOwnNumbers(
  connection: Connection,
  workspaceId: number,
  transcriptIds: readonly number[],
): Promise<OwnNumbers> {
  const own = new Map<number, Numbers>()
  for (const list of lists(transcriptIds)) {
    const where = every(is('workspace_id = ?', workspaceId), among('transcript_id', list))
    const rows = await connection.all<Numbers & { usage_id: number }>(
      `SELECT usage_id, ${NUMBERS.join(', ')} FROM usage_own WHERE ${where.sql}`,
      where.values,
    )
    for (const { usage_id: id, ...numbers } of rows) own.set(id, numbers)
  }
  return own
}

/** The row as its own transcript tells it. */
export function asItSays(row: UsageRecord, own: OwnNumbers): UsageRecord {
  const numbers = own.get(row.id)
  return numbers === undefined ? row : withNumbers(row, numbers)
}

/** Remembers what a row says itself, or forgets it where the row has its own numbers. */
export async function keepOwnNumbers(
  connection: Connection,
  workspaceId: number,
  { id, transcript_id: transcriptId }: UsageRecord,
  own: Numbers | undefined,
): Promise<void> {
  const place = [workspaceId, transcriptId, id]
  await connection.run('DELETE FROM usage_own WHERE workspace_id = ? AND transcript_id = ? AND usage_id = ?', place)
  if (own === undefined) return
  await connection.run(
    `INSERT INTO usage_own (workspace_id, transcript_id, usage_id, ${NUMBERS.join(', ')})
     VALUES (?, ?, ?${', ?'.repeat(NUMBERS.length)})`,
    [...place, ...NUMBERS.map((column) => own[column])],
  )
}
