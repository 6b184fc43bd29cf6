import { ENTRY_FLAG, type EntryType } from '../../domain/entry.ts'
import type { SearchTerms } from '../../domain/search-query.ts'
import { every, is } from '../sql/condition.ts'
import type { Connection } from '../sql/connection.ts'
import { toEntryRow, type StoredEntry } from '../sql/entry-rows.ts'
import type { EntryRow } from '../entry-store.ts'
import type { SearchPage } from '../search-store.ts'
import { below, COLUMNS, NEIGHBOURS } from './search-columns.ts'
import type { CompiledFilter } from './search-filter.ts'
import { placesOf, startOfRun } from './search-places.ts'
import { matchExpression } from './search-schema.ts'

const INDEXED = `FROM entry_text f CROSS JOIN search_entry x ON x.id = f.rowid CROSS JOIN entry e ON e.id = x.entry_id
  CROSS JOIN search_mark m ON m.transcript_id = e.transcript_id AND e.record < m.through_record ${NEIGHBOURS}`

/** Matches read beyond a page: most often the rest of the last one's stretch is among them, and need not be asked for. */
const READ_BEYOND = 24

/** A match with its row of the index, and how long its text is where that was asked for. */
export type Match = StoredEntry & { place: number; size?: Uint8Array }

/** Newest first. The index is in order of time but for the entries of one stretch, so the last of them is read to its end. */
export async function matching(
  connection: Connection,
  terms: SearchTerms,
  filter: CompiledFilter,
  page: SearchPage & { lengths?: boolean },
): Promise<Match[]> {
  const entries = { from: filter.from, below: Math.min(filter.below, page.beforeRowId ?? filter.below) }
  const range = await placesOf(connection, entries)
  const where = every(
    is('entry_text MATCH ?', matchExpression(terms, filter.facets)),
    below(filter, page),
    filter.where,
  )
  const [size, lengths] = page.lengths
    ? [', d.sz AS size', 'LEFT JOIN entry_text_docsize d ON d.id = f.rowid']
    : ['', '']
  // FTS5 seeks to whole numbers only, and a bound number of ours is a double.
  const find = (from: number, end: number, limit: number): Promise<Match[]> =>
    connection.all<Match>(
      `SELECT ${COLUMNS}, f.rowid AS place${size} ${INDEXED} ${lengths}
       WHERE f.rowid >= CAST(? AS INTEGER) AND f.rowid < CAST(? AS INTEGER) AND ${where.sql} ORDER BY f.rowid DESC LIMIT ?`,
      [from, end, ...where.values, limit],
    )
  const most = page.limit + READ_BEYOND
  const found = await find(range.from, range.below, most)
  const last = found[page.limit - 1]
  if (last && found.length === most) {
    const start = Math.max(range.from, await startOfRun(connection, last.place))
    const reached = found.at(-1)!.place
    if (reached >= start) found.push(...(await find(start, reached, Number.MAX_SAFE_INTEGER)))
  }
  return found.sort((a, b) => b.id - a.id).slice(0, page.limit)
}

/** What people look for more often than they look for output. */
const KIND_WEIGHT: Record<EntryType, number> = {
  message: 2,
  title: 2.5,
  plan: 1.6,
  compaction: 1.2,
  thinking: 1.2,
  tool_call: 1.1,
  tool_result: 0.8,
}

/** Best first, by what the index alone can tell. */
export function ranked(rows: Match[]): { row: EntryRow; score: number }[] {
  const lengths = rows.map((row) => (row.size ? readVarint(row.size) : 1))
  const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, rows.length)
  return rows
    .map((stored, i) => {
      const row = toEntryRow(stored)
      const prompt = row.role === 'user' && row.type === 'message' && (row.flags & ENTRY_FLAG.meta) === 0 ? 1.5 : 1
      return { row, score: (KIND_WEIGHT[row.type] * prompt) / (0.4 + (0.6 * (lengths[i] ?? mean)) / mean) }
    })
    .sort((a, b) => b.score - a.score || b.row.rowId - a.row.rowId)
}

/** FTS5 keeps a row's length as one SQLite varint (https://www.sqlite.org/fts5.html, section 9.1). */
function readVarint(bytes: Uint8Array): number {
  let value = 0
  for (const byte of bytes) {
    value = value * 128 + (byte & 127)
    if (byte < 128) break
  }
  return value
}
