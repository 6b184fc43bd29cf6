import type { Interval } from '../../../domain/slice.ts'
import { filedAt } from '../entry-slots.ts'
import type { Work } from './work.ts'

/** Keeps the stretches of work that ended in the batch, and the one that still grows in the place of its former self. */
export async function storeIntervals(work: Work): Promise<void> {
  const { connection, scope, batch, transcript, fresh } = work
  if (!fresh) {
    await connection.run('DELETE FROM active_interval WHERE workspace_id = ? AND transcript_id = ? AND growing = 1', [
      scope.workspaceId,
      transcript.id,
    ])
  }
  for (const interval of batch.intervals) await store(work, interval, 0)
  if (batch.growing) await store(work, batch.growing, 1)
}

async function store(
  { connection, scope, transcript }: Work,
  { startMs, endMs }: Interval,
  growing: number,
): Promise<void> {
  await connection.run(
    `INSERT INTO active_interval (workspace_id, transcript_id, start_ms, end_ms, growing) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (workspace_id, transcript_id, start_ms) DO UPDATE SET end_ms = excluded.end_ms, growing = excluded.growing`,
    [scope.workspaceId, transcript.id, filedAt(startMs), filedAt(endMs), growing],
  )
}
