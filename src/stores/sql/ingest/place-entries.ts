import { ENTRY_FLAG } from '../../../domain/entry.ts'
import { SLOTS, entryRange } from '../entry-slots.ts'
import { entryTime } from '../entry-rows.ts'
import { countEntry, insertEntries } from './entries.ts'
import type { IncomingEntry } from './entries.ts'
import type { Work } from './work.ts'

/** What is known of an entry that holds a slot, stored or about to be. */
interface Holder {
  id: number
  workspace_id: number
  transcript_id: number
  hash: number
  shift: number
  record: number
  type: number
  role: number
  flags: number
}

/**
 * The careful road: looks at what each millisecond holds. An entry this transcript has already gets its place updated, one
 * that another transcript has becomes an inherited copy, and the rest take free slots, in later milliseconds when their
 * own is full.
 */
export async function placeEntries(work: Work, entries: readonly IncomingEntry[]): Promise<void> {
  const byTime = Map.groupBy(entries, (entry) => entry.atMs)
  const taken = new Set<number>()
  const fresh: IncomingEntry[] = []
  for (const [atMs, group] of byTime) await placeGroup(work, atMs, group, taken, fresh)
  await insertEntries(work, fresh)
}

async function placeGroup(
  work: Work,
  atMs: number,
  group: readonly IncomingEntry[],
  taken: Set<number>,
  fresh: IncomingEntry[],
): Promise<void> {
  const { scope, transcript } = work
  const range = await entryRange(work.connection, scope.workspaceId, atMs)
  const held = await readHolders(work, range.from, range.to)
  const used = new Set(held.map((holder) => holder.id))
  const byHash = Map.groupBy(
    held.filter((holder) => holder.workspace_id === scope.workspaceId && entryTime(holder.id, holder.shift) === atMs),
    (holder) => holder.hash,
  )
  const firstTime = new Map<number, IncomingEntry>()
  let next = range.from
  let end = range.to
  for (const entry of group) {
    const holders = byHash.get(entry.hash) ?? []
    const own = holders.find((holder) => holder.transcript_id === transcript.id)
    const earlier = firstTime.get(entry.hash)
    entry.repeated = own !== undefined || earlier !== undefined
    if (own) await moveEntry(work, own, entry)
    else if (earlier) takePlace(earlier, entry)
    if (entry.repeated) continue
    for (const holder of holders) work.sharing.add(holder.transcript_id)
    if (holders.length > 0) entry.flags |= ENTRY_FLAG.inherited
    while (used.has(next) || taken.has(next)) {
      next++
      if (next < end) continue
      for (const holder of await readHolders(work, end, end + SLOTS)) used.add(holder.id)
      end += SLOTS
    }
    entry.id = next
    entry.shift = Math.floor(next / SLOTS) - atMs
    taken.add(next)
    firstTime.set(entry.hash, entry)
    fresh.push(entry)
  }
  if (end > range.to) await noteIrregular(work, atMs, end / SLOTS - 1)
}

async function readHolders({ connection, scope }: Work, from: number, to: number): Promise<Holder[]> {
  // In SQLite the row id is one number for all workspaces; elsewhere each has its own.
  const wall = connection.dialect.name === 'sqlite' ? '' : `workspace_id = ${scope.workspaceId} AND `
  return connection.all<Holder>(
    `SELECT id, workspace_id, transcript_id, hash, shift, record, type, role, flags FROM entry
     WHERE ${wall}id >= ? AND id < ?`,
    [from, to],
  )
}

/** The row stays, its place in the file becomes the new one. Whose copy it is and that it failed are not forgotten. */
async function moveEntry(work: Work, own: Holder, entry: IncomingEntry): Promise<void> {
  const { connection, scope, transcript, pending } = work
  if (pending.restartedAt !== undefined && own.record < transcript.base_record) pending.cameAgain = true
  entry.id = own.id
  entry.shift = own.shift
  entry.flags |= own.flags & (ENTRY_FLAG.inherited | ENTRY_FLAG.failed)
  countEntry(work, own.type, own.role, own.flags, -1)
  countEntry(work, entry.type, entry.role, entry.flags, 1)
  await connection.run(
    `UPDATE entry SET record = ?, block = ?, type = ?, role = ?, flags = ?, tool_id = ? WHERE workspace_id = ? AND id = ?`,
    [entry.record, entry.block, entry.type, entry.role, entry.flags, entry.toolId, scope.workspaceId, own.id],
  )
  Object.assign(own, { record: entry.record, type: entry.type, role: entry.role, flags: entry.flags })
}

/** Twice in one batch: the row is not written yet, the later place is the one that stays. */
function takePlace(first: IncomingEntry, again: IncomingEntry): void {
  const flags = again.flags | (first.flags & (ENTRY_FLAG.inherited | ENTRY_FLAG.failed))
  const { record, block, type, role, toolId } = again
  Object.assign(first, { record, block, type, role, toolId, flags })
  Object.assign(again, { id: first.id, shift: first.shift, flags })
}

async function noteIrregular({ connection, scope }: Work, atMs: number, throughMs: number): Promise<void> {
  await connection.run(
    `INSERT INTO entry_irregular (workspace_id, at_ms, through_ms) VALUES (?, ?, ?)
     ON CONFLICT (workspace_id, at_ms) DO UPDATE SET through_ms = excluded.through_ms
     WHERE excluded.through_ms > entry_irregular.through_ms`,
    [scope.workspaceId, atMs, throughMs],
  )
}
