import { among, every, is, lists } from './condition.ts'
import type { Connection } from './connection.ts'

/** Entries that share one millisecond before they run over into the next. */
export const SLOTS = 2048

/** Latest time a row id can hold exactly, in the year 2109; later ones are kept at it. */
const LATEST_MS = 2 ** 42 - 1

/** The millisecond an entry is filed under. */
export function filedAt(atMs: number): number {
  return Math.min(Math.max(0, Math.floor(atMs)), LATEST_MS)
}

/** Row ids `[from, to)`. */
export interface SlotRange {
  from: number
  to: number
}

/** Row ids among which every entry of that millisecond lies. */
export async function entryRange(connection: Connection, workspaceId: number, atMs: number): Promise<SlotRange> {
  return (await entryRanges(connection, workspaceId, [atMs])).get(atMs) as SlotRange
}

/** `entryRange` of many, by millisecond. */
export async function entryRanges(
  connection: Connection,
  workspaceId: number,
  times: readonly number[],
): Promise<Map<number, SlotRange>> {
  const ranges = new Map(times.map((atMs) => [atMs, { from: atMs * SLOTS, to: (atMs + 1) * SLOTS }]))
  for (const some of lists(times)) {
    const where = every(is('workspace_id = ?', workspaceId), among('at_ms', some))
    const irregular = await connection.all<{ at_ms: number; through_ms: number }>(
      `SELECT at_ms, through_ms FROM entry_irregular WHERE ${where.sql}`,
      where.values,
    )
    for (const { at_ms: atMs, through_ms: throughMs } of irregular)
      ranges.set(atMs, { from: atMs * SLOTS, to: (throughMs + 1) * SLOTS })
  }
  return ranges
}
