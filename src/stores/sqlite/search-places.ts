import type { Connection } from '../sql/connection.ts'
import { insertMany } from '../sql/insert.ts'

/**
 * Row ids of the index. An entry's own row id grows by 2,048 a millisecond, and FTS5 writes for every word of every entry
 * how far the row is from the one before: as far as that, it would be half of the index. So a row of the index has the
 * number of a stretch of time (2 ** 20 ms, 17.5 minutes) and the next free place in it, and `search_entry` says whose it
 * is. Stretches are in order of time; within one the order is that of arrival.
 *
 * A stretch that is full goes on in the next one. From then on the two are one, and `search_overflow` says so.
 */
const ENTRY_IDS = 2 ** 31
export const PLACES = 4096

/** Stretches [from, through] that are one. */
interface Run {
  from: number
  through: number
}

/** Rows of the index: [from, below). */
export interface PlaceRange {
  from: number
  below: number
}

/** Where the entries with row ids [from, below) are, and perhaps some beside them. */
export async function placesOf(connection: Connection, entries: PlaceRange): Promise<PlaceRange> {
  const first = await runOf(connection, Math.floor(entries.from / ENTRY_IDS))
  const last = await runOf(connection, Math.floor(Math.max(0, entries.below - 1) / ENTRY_IDS))
  return { from: first.from * PLACES, below: (last.through + 1) * PLACES }
}

/** The first row that can hold an entry as new as one of those at `place`. */
export async function startOfRun(connection: Connection, place: number): Promise<number> {
  return (await runOf(connection, Math.floor(place / PLACES))).from * PLACES
}

/** Gives entries their rows in the index. One that has a row keeps it. In the order of `entryIds`, which rise. */
export async function takePlaces(connection: Connection, entryIds: readonly number[]): Promise<number[]> {
  const places: number[] = []
  for (let at = 0; at < entryIds.length;) {
    const stretch = Math.floor(entryIds[at]! / ENTRY_IDS)
    let end = at + 1
    while (end < entryIds.length && entryIds[end]! < (stretch + 1) * ENTRY_IDS) end++
    places.push(...(await takeInStretch(connection, stretch, entryIds.slice(at, end))))
    at = end
  }
  return places
}

async function takeInStretch(connection: Connection, stretch: number, entryIds: readonly number[]): Promise<number[]> {
  let run = await runOf(connection, stretch)
  const taken = await readTaken(connection, run)
  let next = taken.next
  const places: number[] = []
  const fresh: number[] = []
  for (const entryId of entryIds) {
    const known = taken.places.get(entryId)
    if (known !== undefined) {
      places.push(known)
      continue
    }
    while (next >= (run.through + 1) * PLACES) {
      run = await extend(connection, run)
      const beyond = await readTaken(connection, run)
      next = Math.max(next, beyond.next)
    }
    fresh.push(next, entryId)
    places.push(next++)
  }
  await insertMany(connection, 'INSERT INTO search_entry (id, entry_id)', 2, fresh)
  return places
}

async function readTaken(connection: Connection, run: Run): Promise<{ places: Map<number, number>; next: number }> {
  const rows = await connection.all<{ id: number; entryId: number }>(
    'SELECT id, entry_id AS entryId FROM search_entry WHERE id >= ? AND id < ? ORDER BY id',
    [run.from * PLACES, (run.through + 1) * PLACES],
  )
  return {
    places: new Map(rows.map(({ id, entryId }) => [entryId, id])),
    next: Math.max(run.from * PLACES, (rows.at(-1)?.id ?? -1) + 1),
  }
}

async function runOf(connection: Connection, stretch: number): Promise<Run> {
  const [run] = await connection.all<{ from: number; through: number }>(
    `SELECT from_stretch AS "from", through_stretch AS through FROM search_overflow
     WHERE from_stretch <= ? ORDER BY from_stretch DESC LIMIT 1`,
    [stretch],
  )
  return run && run.through >= stretch ? { from: run.from, through: run.through } : { from: stretch, through: stretch }
}

/** Joins the run with the stretch behind it, and with all that one is joined with. */
async function extend(connection: Connection, run: Run): Promise<Run> {
  const next = await runOf(connection, run.through + 1)
  await connection.run('DELETE FROM search_overflow WHERE from_stretch = ?', [next.from])
  await connection.run(
    `INSERT INTO search_overflow (from_stretch, through_stretch) VALUES (?, ?)
     ON CONFLICT (from_stretch) DO UPDATE SET through_stretch = excluded.through_stretch`,
    [run.from, next.through],
  )
  return { from: run.from, through: next.through }
}
