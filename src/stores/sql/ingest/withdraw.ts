import { ENTRY_FLAG } from '../../../domain/entry.ts'
import { among, every, is, lists } from '../condition.ts'
import type { Condition } from '../condition.ts'
import { countEntry } from './incoming-entry.ts'
import type { Work } from './work.ts'

/**
 * Marks what the agent took back: what still lies at the records the batch names, and at the end of a rewritten source
 * what lies before this reading. Rows of records that came again lie elsewhere by now.
 */
export async function withdrawEntries(work: Work): Promise<void> {
  const { batch, transcript } = work
  for (const records of lists(batch.withdrawn)) await withdraw(work, among('record', records))
  if (batch.rewritten && batch.done) await withdraw(work, is('record < ?', transcript.base_record))
}

async function withdraw(work: Work, which: Condition): Promise<void> {
  const { connection, scope, transcript } = work
  const where = every(
    is('workspace_id = ? AND transcript_id = ?', scope.workspaceId, transcript.id),
    is(`flags & ${ENTRY_FLAG.withdrawn} = 0`),
    which,
  )
  const rows = await connection.all<{ type: number; role: number; flags: number }>(
    `UPDATE entry SET flags = flags | ${ENTRY_FLAG.withdrawn} WHERE ${where.sql} RETURNING type, role, flags`,
    where.values,
  )
  for (const { type, role, flags } of rows) countEntry(work, type, role, flags & ~ENTRY_FLAG.withdrawn, -1)
}
