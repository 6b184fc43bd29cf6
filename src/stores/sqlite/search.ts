import { ENTRY_FLAG, ENTRY_TYPES, ROLES, type EntryType, type Role } from '../../domain/entry.ts'
import type { SearchTerms } from '../../domain/search-query.ts'
import { contains, every, is, type Condition } from '../sql/condition.ts'
import type { Connection } from '../sql/connection.ts'
import { toEntryRow, type StoredEntry } from '../sql/entry-rows.ts'
import type { EntryRow } from '../entry-store.ts'
import type { IndexRow, LaggingTranscript, SearchStore } from '../search-store.ts'
import { compileFilter, type CompiledFilter } from './search-filter.ts'
import type { SearchPlace } from './search-file.ts'
import { placesOf, startOfRun } from './search-places.ts'
import { matchExpression } from './search-schema.ts'
import {
  addBatches,
  describeBatches,
  forgetGone,
  forgetMarks,
  isInPieces,
  mergeStep,
  removeGone,
  resetIndex,
  rewriteWords,
} from './search-writing.ts'
import { always, whileUnchanged } from './while-unchanged.ts'

/** Rows read at once when most of the store has to be walked to find what lags. */
const WALK_ROWS = 4000
const UNCOUNTED_FLAGS = ENTRY_FLAG.inherited | ENTRY_FLAG.withdrawn
/** Up to so many lagging transcripts each is asked by itself. */
const FEW_LAGGING = 64

const COLUMNS = `e.id, e.transcript_id, e.record, e.block, e.shift, e.type, e.role, e.flags, e.hash,
  s.uid AS session_uid, n.text AS tool`
// CROSS JOIN keeps this order: whatever comes first decides what is walked.
const NEIGHBOURS = `CROSS JOIN transcript t ON t.id = e.transcript_id CROSS JOIN session s ON s.id = t.session_id
  LEFT JOIN name n ON n.id = e.tool_id`
const INDEXED = `FROM entry_text f CROSS JOIN search_entry x ON x.id = f.rowid CROSS JOIN entry e ON e.id = x.entry_id
  CROSS JOIN search_mark m ON m.transcript_id = e.transcript_id AND e.record < m.through_record ${NEIGHBOURS}`

/**
 * Search on SQLite's FTS5. An index row counts only while its entry is there, below its transcript's mark and allowed
 * by the filter, so rows that outlived their entry are never seen.
 */
export function sqliteSearch(place: SearchPlace, workspaceId: number): SearchStore {
  // In memory all is one connection, whose own changes have no version.
  const remember = place.path === undefined ? always : whileUnchanged
  const lag = remember((connection) => findLagging(connection, workspaceId))
  const progress = remember((connection) => countProgress(connection, workspaceId))
  const write = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    try {
      return await place.write(work)
    } finally {
      lag.forget()
      progress.forget()
    }
  }

  return {
    match: (terms, filter, page) =>
      place.read(async (connection) => {
        const compiled = await compileFilter(connection, workspaceId, filter)
        return (await matching(connection, terms, compiled, page)).map(toEntryRow)
      }),
    rank: (terms, filter, limit) =>
      place.read(async (connection) => {
        const compiled = await compileFilter(connection, workspaceId, filter)
        return ranked(await matching(connection, terms, compiled, { limit, lengths: true }))
      }),
    candidates: (filter, page) =>
      place.read(async (connection) => {
        const compiled = await compileFilter(connection, workspaceId, filter)
        if (page.lagging === undefined) return scanned(connection, compiled, page)
        return page.lagging.length <= FEW_LAGGING
          ? laggingOneByOne(connection, compiled, page.lagging, page)
          : laggingByWalking(connection, compiled, page.lagging, page)
      }),
    subjects: (text, filter, page) =>
      place.read(async (connection) => {
        const compiled = await compileFilter(connection, workspaceId, filter)
        return withSubject(connection, text, compiled, page)
      }),
    add: async (batches) => {
      // Outside of the transaction: a look at the store keeps its log from being emptied for as long as it lasts.
      const described = await place.read((connection) => describeBatches(connection, batches))
      await write((connection) => addBatches(connection, described))
    },
    rows: (transcriptId, fromRecord, limit) =>
      place.read((connection) => readRows(connection, transcriptId, fromRecord, limit)),
    lagging: async () => {
      const found = await place.read(lag.ask)
      const ahead = found.filter((transcript) => transcript.fromRecord > transcript.toRecord)
      if (ahead.length === 0) return found
      // The store was put back to an earlier state, or entries are being made anew.
      await write((connection) =>
        forgetMarks(
          connection,
          ahead.map((transcript) => transcript.transcriptId),
        ),
      )
      return place.read(lag.ask)
    },
    progress: () => place.read(progress.ask),
    forget: (transcriptIds) => write((connection) => forgetMarks(connection, transcriptIds)),
    erase: async (transcriptIds) => {
      await write(async (connection) => {
        await forgetMarks(connection, transcriptIds)
        await rewriteWords(connection)
      })
      await place.scrub()
    },
    tidy: async () => {
      const taken = await write(removeGone)
      if (taken.length > 0) {
        await place.scrub()
        await write((connection) => forgetGone(connection, taken))
      } else if (await place.read(isInPieces)) await mergePieces(write)
    },
    reset: async () => {
      await write((connection) => resetIndex(connection, workspaceId))
      await place.scrub()
    },
    close: () => place.close(),
  }
}

async function mergePieces(write: SearchPlace['write']): Promise<void> {
  for (let first = true; await write((connection) => mergeStep(connection, first)); first = false) {
    // Lets messages and signals in.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

interface Bounds {
  limit: number
  beforeRowId?: number
}

type Match = StoredEntry & { place: number; size?: Uint8Array }

/** Newest first. The index is in order of time but for the entries of one stretch, so the last of them is read to its end. */
async function matching(
  connection: Connection,
  terms: SearchTerms,
  filter: CompiledFilter,
  page: Bounds & { lengths?: boolean },
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
  const found = await find(range.from, range.below, page.limit)
  const last = found.at(-1)
  if (last && found.length === page.limit) {
    const start = Math.max(range.from, await startOfRun(connection, last.place))
    found.push(...(await find(start, last.place, Number.MAX_SAFE_INTEGER)))
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

function ranked(rows: Match[]): { row: EntryRow; score: number }[] {
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

async function scanned(connection: Connection, filter: CompiledFilter, page: Bounds): Promise<EntryRow[]> {
  const few = filter.transcripts
  const where = every(
    filter.where,
    filter.scanWhere,
    below(filter, page),
    few && is('e.transcript_id IN (SELECT value FROM json_each(?))', JSON.stringify(few)),
  )
  const rows = await connection.all<StoredEntry>(
    `SELECT ${COLUMNS} FROM entry e ${few ? 'INDEXED BY entry_place' : ''} ${NEIGHBOURS}
     WHERE ${where.sql} ORDER BY e.id DESC LIMIT ?`,
    [...where.values, page.limit],
  )
  return rows.map(toEntryRow)
}

function below(filter: CompiledFilter, page: Bounds): Condition {
  return is('e.id >= ? AND e.id < ?', filter.from, Math.min(filter.below, page.beforeRowId ?? filter.below))
}

async function laggingOneByOne(
  connection: Connection,
  filter: CompiledFilter,
  lagging: readonly LaggingTranscript[],
  page: Bounds,
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

async function laggingByWalking(
  connection: Connection,
  filter: CompiledFilter,
  lagging: readonly LaggingTranscript[],
  page: Bounds,
): Promise<EntryRow[]> {
  const marks = new Map(lagging.map((transcript) => [transcript.transcriptId, transcript]))
  const found: EntryRow[] = []
  let beforeRowId = page.beforeRowId
  for (;;) {
    const rows = await scanned(connection, filter, { limit: WALK_ROWS, beforeRowId })
    for (const row of rows) {
      const mark = marks.get(row.transcriptId)
      if (mark && row.record >= mark.fromRecord && row.record < mark.toRecord) found.push(row)
      if (found.length === page.limit) return found
    }
    if (rows.length < WALK_ROWS) return found
    beforeRowId = rows.at(-1)?.rowId
  }
}

async function withSubject(
  connection: Connection,
  text: string,
  filter: CompiledFilter,
  page: Bounds,
): Promise<EntryRow[]> {
  const subject = contains(['i.subject'], text)
  const path = contains(['p.text'], text)
  const where = every(
    is(
      `(${subject.sql} OR i.id IN (SELECT c.entry_id FROM path p JOIN file_change c ON c.path_id = p.id WHERE ${path.sql}))`,
      ...subject.values,
      ...path.values,
    ),
    below(filter, page),
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

async function readRows(
  connection: Connection,
  transcriptId: number,
  fromRecord: number,
  limit: number,
): Promise<IndexRow[]> {
  const rows = await connection.all<Omit<IndexRow, 'type' | 'role'> & { type: number; role: number }>(
    `SELECT id AS rowId, record, block, type, role, flags FROM entry INDEXED BY entry_place
     WHERE transcript_id = ? AND record >= ? ORDER BY record, block LIMIT ?`,
    [transcriptId, fromRecord, limit],
  )
  return rows.map(({ rowId, record, block, type, role, flags }) => ({
    rowId,
    record,
    block,
    type: ENTRY_TYPES[type] as EntryType,
    role: ROLES[role] as Role,
    flags,
  }))
}

async function findLagging(connection: Connection, workspaceId: number): Promise<LaggingTranscript[]> {
  return connection.all<LaggingTranscript>(
    `SELECT t.id AS transcriptId, t.agent, COALESCE(m.through_record, 0) AS fromRecord, t.next_record AS toRecord,
       COALESCE(m.epoch, 0) AS epoch
     FROM transcript t LEFT JOIN search_mark m ON m.transcript_id = t.id
     WHERE t.workspace_id = ? AND t.next_record <> COALESCE(m.through_record, 0)
     ORDER BY t.last_ms DESC`,
    [workspaceId],
  )
}

/** Counted entries only: copies in forks and what was taken back are neither in `entries` nor in `indexed`. */
async function countProgress(
  connection: Connection,
  workspaceId: number,
): Promise<{ entries: number; indexed: number }> {
  const [all] = await connection.all<{ entries: number }>(
    'SELECT COALESCE(SUM(entry_count), 0) AS entries FROM transcript WHERE workspace_id = ?',
    [workspaceId],
  )
  const [waiting] = await connection.all<{ entries: number }>(
    `SELECT COALESCE(SUM(CASE WHEN COALESCE(m.through_record, 0) = 0 THEN t.entry_count ELSE
       (SELECT COUNT(*) FROM entry e INDEXED BY entry_place
        WHERE e.transcript_id = t.id AND e.record >= m.through_record AND e.flags & ${UNCOUNTED_FLAGS} = 0) END), 0) AS entries
     FROM transcript t LEFT JOIN search_mark m ON m.transcript_id = t.id
     WHERE t.workspace_id = ? AND t.next_record <> COALESCE(m.through_record, 0)`,
    [workspaceId],
  )
  const entries = all?.entries ?? 0
  return { entries, indexed: entries - (waiting?.entries ?? 0) }
}
