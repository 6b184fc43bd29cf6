import { first } from '../sql/connection.ts'
import type { Connection, Value } from '../sql/connection.ts'
import { usageColumns } from '../sql/usage-groups.ts'
import type { UsageRecord } from '../sql/usage-groups.ts'
import { usageLedger } from '../sql/usage-ledger.ts'
import { staleDays } from '../sql/work-stale.ts'
import { is } from '../sql/condition.ts'
import type { FoundRecord } from './read-files.ts'

/** Makes the heads of the chains from their lines. @returns their row ids by name */
export async function loadChains(
  connection: Connection,
  workspaceId: number,
  activities: readonly FoundRecord[],
): Promise<Map<string, number>> {
  const ids = new Map<string, number>()
  for (const [name, lines] of Map.groupBy(activities, (line) => line.within)) {
    const last = lines.reduce((a, b) => (Number(b.record['sequence']) > Number(a.record['sequence']) ? b : a))
    const { sequence, hash } = last.record
    const row = await first<{ id: number }>(
      connection,
      'INSERT INTO activity_chain (workspace_id, name, sequence, hash) VALUES (?, ?, ?, ?) RETURNING id',
      [workspaceId, name, sequence as Value, hash as Value],
    )
    if (row) ids.set(name, row.id)
  }
  return ids
}

/** Sums usage by quarters of an hour, as ingest does. */
export async function makeQuarters(connection: Connection, workspaceId: number): Promise<void> {
  const ledger = usageLedger()
  const rows = await connection.all<UsageRecord & { session_id: number }>(
    `SELECT ${usageColumns('u')}, t.session_id FROM usage u JOIN transcript t ON t.id = u.transcript_id
     WHERE u.workspace_id = ? AND u.inherited = 0 AND t.session_id IS NOT NULL`,
    [workspaceId],
  )
  for (const row of rows) ledger.count(row.session_id, row, 1)
  await ledger.write(connection, workspaceId)
}

/** What was kept of days may not be what files say now. */
export async function makeDays(connection: Connection, workspaceId: number): Promise<void> {
  await connection.run('DELETE FROM work_sum WHERE workspace_id = ?', [workspaceId])
  await staleDays(connection, is('s.workspace_id = ?', workspaceId))
}

/** A number that was given is not given again, also where a merge brought numbers that this clone had not counted to. */
export async function makeCounters(connection: Connection, workspaceId: number): Promise<void> {
  await connection.run(
    `INSERT INTO session_counter (workspace_id, next_number)
     SELECT workspace_id, MAX(key_number) + 1 FROM session WHERE workspace_id = ? AND key_number IS NOT NULL GROUP BY workspace_id
     ON CONFLICT (workspace_id) DO UPDATE SET next_number = excluded.next_number
     WHERE excluded.next_number > session_counter.next_number`,
    [workspaceId],
  )
}
