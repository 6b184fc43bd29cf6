import { first } from './connection.ts'
import type { Connection } from './connection.ts'

/** Entries that share one millisecond before they run over into the next. */
export const SLOTS = 2048

/** Latest time a row id can hold exactly, in the year 2109; later ones are kept at it. */
const LATEST_MS = 2 ** 42 - 1

/** The millisecond an entry is filed under. */
export function filedAt(atMs: number): number {
  return Math.min(Math.max(0, Math.floor(atMs)), LATEST_MS)
}

/** Row ids among which every entry of that millisecond lies: `[from, to)`. */
export async function entryRange(
  connection: Connection,
  workspaceId: number,
  atMs: number,
): Promise<{ from: number; to: number }> {
  const irregular = await first<{ through_ms: number }>(
    connection,
    'SELECT through_ms FROM entry_irregular WHERE workspace_id = ? AND at_ms = ?',
    [workspaceId, atMs],
  )
  return { from: atMs * SLOTS, to: ((irregular?.through_ms ?? atMs) + 1) * SLOTS }
}
