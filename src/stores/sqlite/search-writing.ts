import type { Connection } from '../sql/connection.ts'
import { insertMany } from '../sql/insert.ts'
import type { IndexBatch } from '../search-store.ts'
import { takePlaces } from './search-places.ts'
import { SEARCH_SCHEMA, facet } from './search-schema.ts'

interface Mark {
  through: number
  epoch: number
}

/** Adds batches whose transcript still stands where the batch was read; see `SearchStore.add`. */
export async function addBatches(connection: Connection, batches: readonly IndexBatch[]): Promise<void> {
  const texts = new Map<number, Uint8Array>()
  const marks = await readMarks(connection, batches)
  for (const batch of batches) {
    const mark = marks.get(batch.transcriptId) ?? { through: 0, epoch: 0 }
    if (batch.epoch !== mark.epoch || batch.fromRecord > mark.through) continue
    for (const [i, rowId] of batch.rowIds.entries()) {
      // A row that comes again says more than before.
      texts.set(rowId, batch.text.subarray(i === 0 ? 0 : batch.ends[i - 1], batch.ends[i]))
    }
    marks.set(batch.transcriptId, { ...mark, through: Math.max(mark.through, batch.throughRecord) })
  }
  await insertMany(
    connection,
    'INSERT INTO search_mark (transcript_id, through_record, epoch)',
    3,
    [...marks].flatMap(([id, { through, epoch }]) => [id, through, epoch]),
    'ON CONFLICT (transcript_id) DO UPDATE SET through_record = excluded.through_record',
  )
  await setMerging(connection)
  const rows = [...texts].sort(([a], [b]) => a - b)
  const places = await takePlaces(
    connection,
    rows.map(([rowId]) => rowId),
  )
  // Rising row ids make one segment of a batch; FTS5 writes a new one whenever they fall.
  const order = rows.map((_, i) => i).sort((a, b) => places[a]! - places[b]!)
  // OR REPLACE: the place may be that of an entry that was removed; its words must not stay with the new one. One at a
  // time: around a statement of several rows SQLite sets a savepoint, and at each FTS5 ends its segment.
  for (const i of order) {
    await connection.run('INSERT OR REPLACE INTO entry_text (rowid, text) VALUES (?, ?)', [places[i]!, rows[i]![1]])
  }
}

async function readMarks(connection: Connection, batches: readonly IndexBatch[]): Promise<Map<number, Mark>> {
  const ids = JSON.stringify([...new Set(batches.map(({ transcriptId }) => transcriptId))])
  const rows = await connection.all<Mark & { id: number }>(
    `SELECT transcript_id AS id, through_record AS through, epoch FROM search_mark
     WHERE transcript_id IN (SELECT value FROM json_each(?))`,
    [ids],
  )
  return new Map(rows.map(({ id, through, epoch }) => [id, { through, epoch }]))
}

/** FTS5 merges nothing by itself: whichever addition came when it wanted to would wait for it. See `dueMerging`. */
async function setMerging(connection: Connection): Promise<void> {
  const settings = { automerge: 0, crisismerge: 512, usermerge: FEW_SEGMENTS }
  const rows = await connection.all<{ k: string; v: number }>('SELECT k, v FROM entry_text_config')
  const now = new Map(rows.map(({ k, v }) => [k, v]))
  for (const [name, value] of Object.entries(settings)) {
    // FTS5 takes whole numbers only, and a bound number of ours is a double.
    if (now.get(name) !== value)
      await connection.run(`INSERT INTO entry_text (entry_text, rank) VALUES ('${name}', ${value})`)
  }
}

export async function forgetMarks(connection: Connection, transcriptIds: readonly number[]): Promise<void> {
  for (const id of transcriptIds) {
    await removeRows(connection, id)
    await connection.run(
      `INSERT INTO search_mark (transcript_id, through_record, epoch) VALUES (?, 0, 1)
       ON CONFLICT (transcript_id) DO UPDATE SET through_record = 0, epoch = epoch + 1`,
      [id],
    )
  }
}

/** The index rows of a transcript, by its facet: its entries may be gone already. */
async function removeRows(connection: Connection, transcriptId: number): Promise<number> {
  const rows = 'SELECT rowid FROM entry_text WHERE entry_text MATCH ?'
  const word = `"${facet.transcript(transcriptId)}"`
  await connection.run(`DELETE FROM search_entry WHERE id IN (${rows})`, [word])
  return connection.run(`DELETE FROM entry_text WHERE rowid IN (${rows})`, [word])
}

/**
 * Additions leave a piece each. From so many on they are merged, those of one level at a time, a little after each addition:
 * sixteen make one of the next level, so that the large one is written again for every 16 ** n additions only.
 */
const FEW_SEGMENTS = 16
/** Pages written after an addition, of an index of so many: what a level holds is one before the level below has filled it. */
const LEAST_STEP_PAGES = 32
const STEPS = 512
/** More pieces than this are merged into one at once. */
const MOST_SEGMENTS = 96
/** The same where merging writes no more than twice what was added: a bulk leaves pieces of one size. */
const MOST_ALIKE = 6
/** Pages written by one step of merging: about 16 MB, so that neither the log nor a transaction gets large. */
const MERGED_PAGES = 2000

/**
 * Removes the rows of transcripts that are gone, and rewrites the index then. Their marks
 * stay until `forgetGone`: whoever is stopped in between does all of it again.
 *
 * @returns ids of transcripts whose words were taken out, and still stand in free pages of the file
 */
export async function removeGone(connection: Connection): Promise<number[]> {
  const taken: number[] = []
  for (const { id, gone } of await findGone(connection))
    if ((await removeRows(connection, id)) > 0 || gone === 1) taken.push(id)
  if (taken.length > 0) await rewriteWords(connection)
  return taken
}

/** Transcripts whose rows may not stay. Most often there are none, and nobody who writes need be waited for. */
export async function findGone(connection: Connection): Promise<{ id: number; gone: number }[]> {
  return connection.all(
    `SELECT m.transcript_id AS id, t.id IS NULL AS gone FROM search_mark m LEFT JOIN transcript t ON t.id = m.transcript_id
     WHERE t.id IS NULL OR t.session_id IS NULL AND m.through_record > 0`,
  )
}

/** Words leave the index in no other way. */
export async function rewriteWords(connection: Connection): Promise<void> {
  await connection.run(`INSERT INTO entry_text (entry_text) VALUES ('optimize')`)
}

export async function forgetGone(connection: Connection, transcriptIds: readonly number[]): Promise<void> {
  await connection.run(
    `DELETE FROM search_mark WHERE transcript_id IN (SELECT value FROM json_each(?))
     AND transcript_id NOT IN (SELECT id FROM transcript)`,
    [JSON.stringify(transcriptIds)],
  )
}

/** What is to be done so that a search need not look into too many pieces: `all` makes one of them, a number is pages of a step. */
export async function dueMerging(connection: Connection): Promise<'all' | number> {
  const pieces = await connection.all<{ pages: number }>(
    'SELECT MAX(pgno) AS pages FROM entry_text_idx GROUP BY segid ORDER BY pages DESC',
  )
  const pages = pieces.reduce((sum, piece) => sum + piece.pages, 0)
  const isOneLarge = (pieces[0]?.pages ?? 0) > pages / 2
  if (pieces.length > (isOneLarge ? MOST_SEGMENTS : MOST_ALIKE)) return 'all'
  return pieces.length >= FEW_SEGMENTS ? Math.max(LEAST_STEP_PAGES, Math.ceil(pages / STEPS)) : 0
}

/** Merges pieces of one level where there are enough of them, or goes on with that. */
export async function mergeSome(connection: Connection, pages: number): Promise<void> {
  await connection.run(`INSERT INTO entry_text (entry_text, rank) VALUES ('merge', ${pages})`)
}

/**
 * One step of merging all pieces into one (https://www.sqlite.org/fts5.html, section 6.8).
 *
 * @returns false when nothing is left to merge
 */
export async function mergeStep(connection: Connection, first: boolean): Promise<boolean> {
  const changes = async (): Promise<number> =>
    (await connection.all<{ count: number }>('SELECT total_changes() AS count'))[0]?.count ?? 0
  const before = await changes()
  await connection.run(
    `INSERT INTO entry_text (entry_text, rank) VALUES ('merge', ${first ? -MERGED_PAGES : MERGED_PAGES})`,
  )
  return (await changes()) - before >= 2
}

/** An empty index. Every transcript gets a new epoch, so that no process adds what it read before. */
export async function resetIndex(connection: Connection, workspaceId: number): Promise<void> {
  for (const table of ['entry_text', 'search_entry', 'search_overflow']) await connection.run(`DROP TABLE ${table}`)
  for (const statement of SEARCH_SCHEMA) await connection.run(statement)
  await connection.run('UPDATE search_mark SET through_record = 0, epoch = epoch + 1')
  await connection.run(
    `INSERT OR IGNORE INTO search_mark (transcript_id, through_record, epoch)
     SELECT id, 0, 1 FROM transcript WHERE workspace_id = ?`,
    [workspaceId],
  )
}
