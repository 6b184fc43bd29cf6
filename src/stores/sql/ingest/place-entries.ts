import { ENTRY_FLAG } from '../../../domain/entry.ts'
import { among, every, is, lists } from '../condition.ts'
import { SLOTS, entryRange } from '../entry-slots.ts'
import { entryTime } from '../entry-rows.ts'
import { countEntry, insertEntries } from './incoming-entry.ts'
import type { IncomingEntry } from './incoming-entry.ts'
import type { Work } from './work.ts'

/** What is known of an entry that holds a slot, stored or about to be. */
interface Holder {
  id: number
  workspace_id: number
  transcript_id: number
  hash: number
  shift: number
  record: number
  block: number
  type: number
  role: number
  flags: number
}

/**
 * The careful road: looks at what this transcript and each millisecond hold. An entry this transcript has already gets its
 * place updated, one that another transcript has becomes an inherited copy, and the rest take free slots, in later
 * milliseconds when their own is full.
 */
export async function placeEntries(work: Work, entries: readonly IncomingEntry[]): Promise<void> {
  const times = new Map<number, Time>()
  for (const { atMs } of entries) if (!times.has(atMs)) times.set(atMs, await readTime(work, atMs))
  const own = await findOwn(work, entries, times)
  const first = new Map<number, IncomingEntry>()
  const fresh: IncomingEntry[] = []
  for (const entry of entries) {
    const before = own.get(entry.hash)
    const earlier = first.get(entry.hash)
    entry.repeated = before !== undefined || earlier !== undefined
    if (before) await moveEntry(work, before, entry)
    else if (!earlier) fresh.push(entry)
    first.set(entry.hash, earlier ?? entry)
  }
  const taken = new Set<number>()
  for (const entry of fresh) await takeSlot(work, entry, times.get(entry.atMs) as Time, taken)
  for (const [atMs, time] of times) if (time.end > time.to) await noteIrregular(work, atMs, time.end / SLOTS - 1)
  // Twice in one batch: only now is it known where the first one went.
  for (const entry of entries) {
    const earlier = first.get(entry.hash)
    if (earlier && earlier !== entry && !own.has(entry.hash)) takePlace(earlier, entry)
  }
  await insertEntries(work, fresh)
}

/** What a millisecond holds, and where its next free slot may be. */
interface Time {
  /** Entries of this time, by hash. */
  byHash: Map<number, Holder[]>
  used: Set<number>
  next: number
  /** First row id behind the slots that were looked at, to begin with and by now. */
  to: number
  end: number
}

async function readTime(work: Work, atMs: number): Promise<Time> {
  const { scope } = work
  const { from, to } = await entryRange(work.connection, scope.workspaceId, atMs)
  const held = await readHolders(work, from, to)
  const here = held.filter(
    ({ id, shift, workspace_id: of }) => of === scope.workspaceId && entryTime(id, shift) === atMs,
  )
  return {
    byHash: Map.groupBy(here, (holder) => holder.hash),
    used: new Set(held.map((holder) => holder.id)),
    next: from,
    to,
    end: to,
  }
}

/** The transcript's own rows of the batch's records: most are found by their time, the others are looked for. */
async function findOwn(
  { connection, scope, transcript }: Work,
  entries: readonly IncomingEntry[],
  times: ReadonlyMap<number, Time>,
): Promise<Map<number, Holder>> {
  const own = new Map<number, Holder>()
  const missing: number[] = []
  for (const { hash, atMs, known } of entries) {
    const holder = times
      .get(atMs)
      ?.byHash.get(hash)
      ?.find((row) => row.transcript_id === transcript.id)
    if (holder) own.set(hash, holder)
    else if (known) missing.push(hash)
  }
  for (const hashes of lists(missing)) {
    const where = every(
      is('workspace_id = ? AND transcript_id = ?', scope.workspaceId, transcript.id),
      among('hash', hashes),
    )
    const rows = await connection.all<Holder>(`SELECT ${HOLDER} FROM entry WHERE ${where.sql}`, where.values)
    for (const row of rows) own.set(row.hash, row)
  }
  return own
}

async function takeSlot(work: Work, entry: IncomingEntry, time: Time, taken: Set<number>): Promise<void> {
  const holders = time.byHash.get(entry.hash) ?? []
  for (const holder of holders) work.sharing.add(holder.transcript_id)
  if (holders.length > 0) entry.flags |= ENTRY_FLAG.inherited
  while (time.used.has(time.next) || taken.has(time.next)) {
    time.next++
    if (time.next < time.end) continue
    for (const holder of await readHolders(work, time.end, time.end + SLOTS)) time.used.add(holder.id)
    time.end += SLOTS
  }
  entry.id = time.next
  entry.shift = Math.floor(time.next / SLOTS) - entry.atMs
  taken.add(time.next)
}

const HOLDER = 'id, workspace_id, transcript_id, hash, shift, record, block, type, role, flags'

async function readHolders({ connection, scope }: Work, from: number, to: number): Promise<Holder[]> {
  // In SQLite the row id is one number for all workspaces; elsewhere each has its own.
  const wall = connection.dialect.name === 'sqlite' ? '' : `workspace_id = ${scope.workspaceId} AND `
  return connection.all<Holder>(`SELECT ${HOLDER} FROM entry WHERE ${wall}id >= ? AND id < ?`, [from, to])
}

/**
 * The row stays, its place in the file becomes the new one. Whose copy it is and that it failed are not forgotten. With
 * another time it is no new state of the record but a clash of ids: the first one read stands.
 */
async function moveEntry(work: Work, own: Holder, entry: IncomingEntry): Promise<void> {
  const { connection, scope, transcript, pending } = work
  const ofEarlierReading = own.record < transcript.base_record
  if (pending.restartedAt !== undefined && ofEarlierReading) pending.cameAgain = true
  const clash = entryTime(own.id, own.shift) !== entry.atMs && !ofEarlierReading
  if (clash) {
    const { id, shift, record, block, type, role, flags } = own
    Object.assign(entry, { id, shift, record, block, type, role, flags, clash: true })
    return
  }
  entry.id = own.id
  entry.shift = own.shift
  entry.flags |= own.flags & (ENTRY_FLAG.inherited | ENTRY_FLAG.failed)
  countEntry(work, own.type, own.role, own.flags, -1)
  countEntry(work, entry.type, entry.role, entry.flags, 1)
  await connection.run(
    `UPDATE entry SET record = ?, block = ?, type = ?, role = ?, flags = ?, tool_id = ? WHERE workspace_id = ? AND id = ?`,
    [entry.record, entry.block, entry.type, entry.role, entry.flags, entry.toolId, scope.workspaceId, own.id],
  )
  const { record, block, type, role, flags } = entry
  Object.assign(own, { record, block, type, role, flags })
}

/** The row is not written yet: the later place is the one that stays, unless the two only share an id. */
function takePlace(first: IncomingEntry, again: IncomingEntry): void {
  const { id, shift, flags } = first
  if (first.atMs === again.atMs) {
    const { record, block, type, role, toolId } = again
    Object.assign(first, {
      record,
      block,
      type,
      role,
      toolId,
      flags: again.flags | (flags & (ENTRY_FLAG.inherited | ENTRY_FLAG.failed)),
    })
  } else again.clash = true
  Object.assign(again, { id, shift, flags: first.flags })
}

async function noteIrregular({ connection, scope }: Work, atMs: number, throughMs: number): Promise<void> {
  await connection.run(
    `INSERT INTO entry_irregular (workspace_id, at_ms, through_ms) VALUES (?, ?, ?)
     ON CONFLICT (workspace_id, at_ms) DO UPDATE SET through_ms = excluded.through_ms
     WHERE excluded.through_ms > entry_irregular.through_ms`,
    [scope.workspaceId, atMs, throughMs],
  )
}
