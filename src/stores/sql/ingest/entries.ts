import { ENTRY_FLAG } from '../../../domain/entry.ts'
import { ENTRY_COLUMNS } from '../../ingest-batch.ts'
import type { RecordRange } from '../../transcript-store.ts'
import { SLOTS, filedAt } from '../entry-slots.ts'
import { countEntry, insertEntries } from './incoming-entry.ts'
import type { IncomingEntry } from './incoming-entry.ts'
import { placeEntries } from './place-entries.ts'
import { noteSeen } from './seen.ts'
import { cell, text } from './work.ts'
import type { Work } from './work.ts'

export interface StoredEntries {
  entries: IncomingEntry[]
  added: number
  /** Where those are that were added. */
  records: RecordRange | undefined
  inherited: number
  repeated: number
}

/** Gives every entry of the batch its row, and counts those that are new to the store. */
export async function storeEntries(work: Work, failedCalls: ReadonlySet<string>): Promise<StoredEntries> {
  const entries = readEntries(work, failedCalls)
  const stored: StoredEntries = { entries, added: 0, records: undefined, inherited: 0, repeated: 0 }
  if (entries.length === 0) return stored
  const news = noteHashes(work, entries)
  if (!news || !(await insertFresh(work, entries))) await placeEntries(work, entries)
  let [from, to] = [Infinity, 0]
  for (const entry of entries) {
    if (entry.repeated) {
      stored.repeated++
      continue
    }
    noteTime(work, entry)
    work.transcript.first_hash ??= entry.hash
    if ((entry.flags & ENTRY_FLAG.inherited) !== 0) stored.inherited++
    else {
      stored.added++
      from = Math.min(from, entry.record)
      to = Math.max(to, entry.record + 1)
    }
    countEntry(work, entry.type, entry.role, entry.flags, 1)
  }
  if (stored.added > 0) stored.records = { from, to }
  return stored
}

/** @returns false when the transcript has one of the records already, or the batch has one twice */
function noteHashes({ hashes }: Work, entries: readonly IncomingEntry[]): boolean {
  let news = true
  for (const entry of entries) {
    entry.known = hashes.has(entry.hash)
    if (entry.known) news = false
    else noteSeen(hashes, entry.hash)
  }
  return news
}

function noteTime({ transcript }: Work, { atMs, flags }: IncomingEntry): void {
  transcript.first_ms = Math.min(transcript.first_ms ?? atMs, atMs)
  transcript.last_ms = Math.max(transcript.last_ms ?? atMs, atMs)
  if ((flags & ENTRY_FLAG.inherited) === 0) transcript.own_ms = Math.min(transcript.own_ms ?? atMs, atMs)
}

function readEntries({ batch, names }: Work, failedCalls: ReadonlySet<string>): IncomingEntry[] {
  const width = ENTRY_COLUMNS.length
  return Array.from({ length: batch.entries.count }, (_, row) => {
    const [record, block] = [cell(batch.entries, width, row, 0), cell(batch.entries, width, row, 1)]
    const tool = cell(batch.entries, width, row, 7)
    const failed = failedCalls.size > 0 && failedCalls.has(`${record}:${block}`) ? ENTRY_FLAG.failed : 0
    return {
      record,
      block,
      atMs: filedAt(cell(batch.entries, width, row, 2)),
      hash: cell(batch.entries, width, row, 3),
      type: cell(batch.entries, width, row, 4),
      role: cell(batch.entries, width, row, 5),
      flags: cell(batch.entries, width, row, 6) | failed,
      toolId: Number.isNaN(tool) ? null : (names.get(text(batch, tool)) ?? null),
      id: -1,
      shift: 0,
      known: false,
      repeated: false,
      clash: false,
    }
  })
}

/**
 * The fast road: every entry goes to the first slots of its millisecond, as if none were there. Where one is, the whole
 * attempt is undone.
 *
 * @returns false when some slot was taken
 */
async function insertFresh(work: Work, entries: IncomingEntry[]): Promise<boolean> {
  const { connection } = work
  const taken = new Map<number, number>()
  for (const entry of entries) {
    const slot = taken.get(entry.atMs) ?? 0
    if (slot === SLOTS) return false
    taken.set(entry.atMs, slot + 1)
    entry.id = entry.atMs * SLOTS + slot
  }
  if (await hasIrregular(work, taken)) return false
  await connection.run('SAVEPOINT fresh_entries')
  const inserted = await insertEntries(work, entries, 'ON CONFLICT DO NOTHING')
  const complete = inserted === entries.length
  if (!complete) await connection.run('ROLLBACK TO SAVEPOINT fresh_entries')
  await connection.run('RELEASE SAVEPOINT fresh_entries')
  return complete
}

async function hasIrregular({ connection, scope }: Work, times: ReadonlyMap<number, unknown>): Promise<boolean> {
  let [from, to] = [Infinity, -Infinity]
  for (const atMs of times.keys()) {
    if (atMs < from) from = atMs
    if (atMs > to) to = atMs
  }
  const rows = await connection.all<{ at_ms: number }>(
    'SELECT at_ms FROM entry_irregular WHERE workspace_id = ? AND at_ms >= ? AND at_ms <= ?',
    [scope.workspaceId, from, to],
  )
  return rows.some((row) => times.has(row.at_ms))
}
