import { first } from '../connection.ts'
import { recountTranscript } from '../recount.ts'
import { removeRows } from '../remove-rows.ts'
import { settlePartners } from '../sharing.ts'
import { dropFrames } from './archive.ts'
import type { Work } from './work.ts'

/** A source that was read before is read from its start: what it held stays until it is clear what happened to it. */
export async function beginAgain({ connection, scope, batch, transcript, pending }: Work): Promise<void> {
  pending.restartedAt = batch.at
  await connection.run('UPDATE active_interval SET growing = 2 WHERE workspace_id = ? AND transcript_id = ?', [
    scope.workspaceId,
    transcript.id,
  ])
  await connection.run('DELETE FROM unknown_record WHERE workspace_id = ? AND transcript_id = ?', [
    scope.workspaceId,
    transcript.id,
  ])
}

/**
 * Decides over the rows of earlier readings. Some came again: the source was cut or written anew, and what did not come
 * again is no longer in it. None came again: it was rotated away, and the store keeps what the file no longer has. Where
 * rewriting is the agent's way, all of them stay, withdrawn. A source that is empty now, or holds only what makes no rows, has
 * said nothing yet.
 */
export async function endAgain(work: Work): Promise<void> {
  const { connection, scope, batch, transcript, pending, ledger } = work
  if (pending.restartedAt === undefined || batch.nextRecord === batch.baseRecord) return
  const place = [scope.workspaceId, transcript.id]
  if (!batch.rewritten && !pending.cameAgain && !(await hasSaidAnything(work))) return
  const isCut = pending.cameAgain && !batch.rewritten
  if (isCut) await removeRows(connection, scope, ledger, transcript.id, transcript.base_record)
  await connection.run(
    isCut
      ? 'DELETE FROM active_interval WHERE workspace_id = ? AND transcript_id = ? AND growing = 2'
      : 'UPDATE active_interval SET growing = 0 WHERE workspace_id = ? AND transcript_id = ? AND growing = 2',
    place,
  )
  if (isCut || batch.rewritten) {
    await dropFrames(work, transcript.id, transcript.base_record, batch.rewritten)
    await connection.run('DELETE FROM problem WHERE workspace_id = ? AND transcript_id = ? AND line > 0 AND at < ?', [
      ...place,
      pending.restartedAt,
    ])
    await recountTranscript(connection, transcript.id)
    await settlePartners(connection, scope, ledger, transcript.id)
  }
  delete pending.restartedAt
  delete pending.cameAgain
}

/** Whether anything has come since the source is read from its start. */
async function hasSaidAnything({ connection, scope, transcript }: Work): Promise<boolean> {
  for (const table of ['entry', 'usage']) {
    const row = await first(
      connection,
      `SELECT 1 AS one FROM ${table} WHERE workspace_id = ? AND transcript_id = ? AND record >= ? LIMIT 1`,
      [scope.workspaceId, transcript.id, transcript.base_record],
    )
    if (row !== undefined) return true
  }
  return false
}
