import { first } from './connection.ts'
import type { Connection } from './connection.ts'

/** Row id of the session a transcript feeds; null while it feeds none. */
export async function sessionOfTranscript(connection: Connection, transcriptId: number): Promise<number | null> {
  const row = await first<{ session_id: number | null }>(connection, 'SELECT session_id FROM transcript WHERE id = ?', [
    transcriptId,
  ])
  return row?.session_id ?? null
}
