import { contains, every, is } from '../sql/condition.ts'
import type { Connection } from '../sql/connection.ts'
import { toEntryRow, type StoredEntry } from '../sql/entry-rows.ts'
import type { EntryRow } from '../entry-store.ts'
import type { LaggingTranscript, SearchPage } from '../search-store.ts'
import { below, COLUMNS, NEIGHBOURS } from './search-columns.ts'
import type { CompiledFilter } from './search-filter.ts'

/** Rows read at once when most of the store has to be walked to find what lags. */
const WALK_ROWS = 4000

/** What the filter allows, without the index. */
export async function scanned(connection: Connection, filter: CompiledFilter, page: SearchPage): Promise<EntryRow[]> {
  const few = filter.transcripts
  const where = every(
    below(filter, page),
    filter.where,
    filter.scanWhere,
    few && is('e.transcript_id IN (SELECT value FROM json_each(?))', JSON.stringify(few)),
  )
  const rows = await connection.all<StoredEntry>(
    `SELECT ${COLUMNS} FROM entry e ${few ? 'INDEXED BY entry_place' : ''} ${NEIGHBOURS}
     WHERE ${where.sql} ORDER BY e.id DESC LIMIT ?`,
    [...where.values, page.limit],
  )
  return rows.map(toEntryRow)
}

/** What few transcripts have beyond their marks. */
export async function laggingOneByOne(
  connection: Connection,
  filter: CompiledFilter,
  lagging: readonly LaggingTranscript[],
  page: SearchPage,
): Promise<EntryRow[]> {
  const found: EntryRow[] = []
  for (const { transcriptId, fromRecord, toRecord } of lagging) {
    if (filter.transcripts && !filter.transcripts.includes(transcriptId)) continue
    const where = every(
      is('e.transcript_id = ? AND e.record >= ? AND e.record < ?', transcriptId, fromRecord, toRecord),
      below(filter, page),
      filter.where,
      filter.scanWhere,
    )
    const rows = await connection.all<StoredEntry>(
      `SELECT ${COLUMNS} FROM entry e INDEXED BY entry_place ${NEIGHBOURS}
       WHERE ${where.sql} ORDER BY e.id DESC LIMIT ?`,
      [...where.values, page.limit],
    )
    found.push(...rows.map(toEntryRow))
  }
  return found.sort((a, b) => b.rowId - a.rowId).slice(0, page.limit)
}

/** The same of many, which are found on the way through all that the filter allows. */
export async function laggingByWalking(
  connection: Connection,
  filter: CompiledFilter,
  lagging: readonly LaggingTranscript[],
  page: SearchPage,
): Promise<EntryRow[]> {
  const marks = new Map(lagging.map((transcript) => [transcript.transcriptId, transcript]))
  const found: EntryRow[] = []
  let beforeRowId = page.beforeRowId
  for (;;) {
    const rows = await scanned(connection, filter, { ...page, limit: WALK_ROWS, beforeRowId })
    for (const row of rows) {
      const mark = marks.get(row.transcriptId)
      if (mark && row.record >= mark.fromRecord && row.record < mark.toRecord) found.push(row)
      if (found.length === page.limit) return found
    }
    if (rows.length < WALK_ROWS) return found
    beforeRowId = rows.at(-1)?.rowId
  }
}

/** Calls whose subject or path contains a text. */
export async function withSubject(
  connection: Connection,
  text: string,
  filter: CompiledFilter,
  page: SearchPage,
): Promise<EntryRow[]> {
  const subject = contains(['i.subject'], text)
  const path = contains(['p.text'], text)
  const where = every(
    below(filter, page, 'i.id'),
    is(
      `(${subject.sql} OR i.id IN (SELECT c.entry_id FROM path p JOIN file_change c ON c.path_id = p.id WHERE ${path.sql}))`,
      ...subject.values,
      ...path.values,
    ),
    filter.where,
    filter.scanWhere,
  )
  const rows = await connection.all<StoredEntry>(
    `SELECT ${COLUMNS} FROM invocation i CROSS JOIN entry e ON e.id = i.id ${NEIGHBOURS}
     WHERE ${where.sql} ORDER BY i.id DESC LIMIT ?`,
    [...where.values, page.limit],
  )
  return rows.map(toEntryRow)
}
