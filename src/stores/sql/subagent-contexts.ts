import { TRANSCRIPT_KINDS } from '../../domain/transcript.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'

const DAY_MS = 86_400_000
const SUBAGENT = TRANSCRIPT_KINDS.indexOf('subagent')

interface Made {
  id: number
  session_id: number
  transcript_id: number
}

/** Changes of a stack whose tool call lies in a subagent's transcript, and that count for all of its session so far. */
export function changesBySubagents(connection: Connection, { workspaceId, now }: Scope): Promise<Made[]> {
  return connection.all<Made>(
    `SELECT f.id, f.session_id, i.transcript_id FROM frame_interval f
     JOIN transcript t ON t.session_id = f.session_id AND t.kind = ${SUBAGENT}
     JOIN invocation i ON i.transcript_id = t.id AND i.call_hash = f.call_hash
     WHERE f.workspace_id = ? AND f.call_hash IS NOT NULL AND f.transcript_id IS NULL AND f.from_ms >= ? AND i.inherited = 0
     ORDER BY f.id`,
    [workspaceId, now() - 7 * DAY_MS],
  )
}

/**
 * Lets such a change apply to the subagent's transcript alone: which agent made a call is known only once its transcript was
 * read. The session stands again where its own calls left it.
 */
export async function scopeToSubagents(connection: Connection, made: readonly Made[]): Promise<void> {
  for (const { id, transcript_id: transcriptId } of made)
    await connection.run('UPDATE frame_interval SET transcript_id = ? WHERE id = ?', [transcriptId, id])
  for (const session of new Set(made.map((change) => change.session_id))) await followOn(connection, session)
}

async function followOn(connection: Connection, session: number): Promise<void> {
  const rows = await connection.all<{ id: number; transcript_id: number | null; from_ms: number }>(
    'SELECT id, transcript_id, from_ms FROM frame_interval WHERE session_id = ? ORDER BY id',
    [session],
  )
  for (const own of Map.groupBy(rows, (row) => row.transcript_id).values()) {
    for (const [place, { id, from_ms: fromMs }] of own.entries()) {
      const next = own[place + 1]
      const toMs = next === undefined ? null : Math.max(fromMs, next.from_ms)
      await connection.run('UPDATE frame_interval SET to_ms = ? WHERE id = ?', [toMs, id])
    }
  }
  const last = rows.findLast((row) => row.transcript_id === null)
  const from = `(SELECT f.$ FROM frame_interval f WHERE f.id = ?)`
  await connection.run(
    `UPDATE session SET stack = COALESCE(${from.replace('$', 'stack')}, '[]'),
       opted_out = COALESCE(${from.replace('$', 'opted_out')}, 0), ticket_id = ${from.replace('$', 'ticket_id')}
     WHERE id = ?`,
    [last?.id ?? 0, last?.id ?? 0, last?.id ?? 0, session],
  )
}
