import { USAGE_COLUMNS } from '../../ingest-batch.ts'
import { among, every, is, lists } from '../condition.ts'
import type { Value } from '../connection.ts'
import { filedAt } from '../entry-slots.ts'
import { insertMany } from '../insert.ts'
import {
  STORED_COLUMNS,
  byResponse,
  isBetter,
  isLarger,
  rowOfLine,
  sameNumbers,
  usageColumns,
  withNumbers,
} from '../usage-groups.ts'
import type { Numbers, UsageRecord } from '../usage-groups.ts'
import { asItSays, keepOwnNumbers, readOwnNumbers } from '../usage-own.ts'
import { cell, nullable, text, textOrNull } from './work.ts'
import type { Work } from './work.ts'

export interface StoredUsage {
  added: number
  inherited: number
  repeated: number
}

/**
 * Stores the batch's responses: one row each in this transcript, of which one among all transcripts counts. What copies in
 * other transcripts know better is left to `settleUsage`, which sees all of them.
 */
export async function storeUsage(work: Work): Promise<StoredUsage> {
  const stored: StoredUsage = { added: 0, inherited: 0, repeated: 0 }
  const incoming = readUsage(work)
  if (incoming.length === 0) return stored
  const known = Map.groupBy(await readKnown(work, incoming), (row) => row.response_hash)
  const changed = new Set<UsageRecord>()
  const fresh: UsageRecord[] = []
  let borrowed: Map<number, Numbers> | undefined
  for (const row of incoming) {
    const rows = known.get(row.response_hash) ?? []
    for (const other of rows) if (other.transcript_id !== work.transcript.id) work.sharing.add(other.transcript_id)
    const own = rows.length === 0 ? undefined : ownRow(work, rows, row)
    if (own) {
      stored.repeated++
      borrowed ??= new Map(await readOwnNumbers(work.connection, work.scope.workspaceId, [work.transcript.id]))
      await merge(work, own, row, borrowed)
      if (own.id !== 0) changed.add(own)
    } else {
      known.set(row.response_hash, [...rows, row])
      row.inherited = isCountedElsewhere(row, known) ? 1 : 0
      if (row.inherited === 1) stored.inherited++
      else stored.added++
      if (row.inherited === 0) work.ledger.count(work.transcript.session_id as number, row, 1)
      fresh.push(row)
      noteTime(work, row.at_ms)
    }
  }
  for (const row of changed) await updateUsage(work, row)
  await insertMany(
    work.connection,
    INSERT,
    WIDTH,
    fresh.flatMap((row) => usageValues(work, row)),
  )
  return stored
}

/** The row of this transcript that a line belongs to. */
function ownRow({ transcript }: Work, rows: readonly UsageRecord[], line: UsageRecord): UsageRecord | undefined {
  const own = rows.filter((row) => row.transcript_id === transcript.id)
  return rowOfLine(own, line.request_hash, (row) => row.record >= transcript.base_record)
}

/** Whether a row of another transcript counts for the same response, as far as is known before all is settled. */
function isCountedElsewhere(row: UsageRecord, known: ReadonlyMap<number, readonly UsageRecord[]>): boolean {
  const copies = byResponse(known.get(row.response_hash) ?? []).find((group) => group.includes(row)) ?? []
  return copies.some((other) => other.inherited === 0 && other.transcript_id !== row.transcript_id)
}

/** Entries say when a transcript began and ended; where there are none, its responses do. */
function noteTime({ transcript }: Work, atMs: number): void {
  const bare = transcript.entry_count === 0 && transcript.own_ms === null
  transcript.first_ms = bare ? Math.min(transcript.first_ms ?? atMs, atMs) : (transcript.first_ms ?? atMs)
  transcript.last_ms = bare ? Math.max(transcript.last_ms ?? atMs, atMs) : (transcript.last_ms ?? atMs)
}

/**
 * A response that came again in the same transcript: the better numbers stand, as a whole row. Where it counts with those of
 * another transcript's copy, they stand until the transcripts are settled, unless its own are better by now.
 */
async function merge(work: Work, own: UsageRecord, again: UsageRecord, borrowed: Map<number, Numbers>): Promise<void> {
  const { transcript, pending, ledger } = work
  const ofEarlierReading = pending.restartedAt !== undefined && own.record < transcript.base_record
  if (ofEarlierReading) pending.cameAgain = true
  const { id, inherited } = own
  const before = { ...own }
  const isBorrowed = borrowed.has(id)
  Object.assign(own, asItSays(own, borrowed))
  const takesOver = ofEarlierReading || isBetter(again, own)
  const lines = ofEarlierReading ? again.lines : own.lines + again.lines
  const request = again.request_hash === null ? own : again
  if (takesOver) Object.assign(own, again)
  Object.assign(own, { id, inherited, lines, request_hash: request.request_hash, request_id: request.request_id })
  if (isBorrowed) {
    const said = { ...own }
    const stands = isLarger(before, said)
    if (stands) Object.assign(own, withNumbers(own, before))
    await keepOwnNumbers(work.connection, work.scope.workspaceId, own, stands ? said : undefined)
    if (stands) borrowed.set(id, said)
    else borrowed.delete(id)
  }
  if (inherited === 1 || sameNumbers(before, own)) return
  ledger.count(transcript.session_id as number, before, -1)
  ledger.count(transcript.session_id as number, own, 1)
}

async function readKnown({ connection, scope }: Work, incoming: readonly UsageRecord[]): Promise<UsageRecord[]> {
  const hashes = [...new Set(incoming.map((row) => row.response_hash))]
  const rows: UsageRecord[] = []
  for (const list of lists(hashes)) {
    const where = every(is('workspace_id = ?', scope.workspaceId), among('response_hash', list))
    rows.push(
      ...(await connection.all<UsageRecord>(
        `SELECT ${usageColumns('usage')} FROM usage WHERE ${where.sql} ORDER BY id`,
        where.values,
      )),
    )
  }
  return rows
}

const WIDTH = STORED_COLUMNS.length + 1
const INSERT = `INSERT INTO usage (workspace_id, ${STORED_COLUMNS.join(', ')})`

function usageValues({ scope }: Work, row: UsageRecord): Value[] {
  return [scope.workspaceId, ...STORED_COLUMNS.map((column) => row[column])]
}

async function updateUsage({ connection, scope }: Work, row: UsageRecord): Promise<void> {
  await connection.run(
    `UPDATE usage SET ${STORED_COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE workspace_id = ? AND id = ?`,
    [...STORED_COLUMNS.map((column) => row[column]), scope.workspaceId, row.id],
  )
}

function readUsage({ batch, names, transcript }: Work): UsageRecord[] {
  const width = USAGE_COLUMNS.length
  const nameId = (value: number): number | null => {
    const word = textOrNull(batch, value)
    return word === null ? null : (names.get(word) ?? null)
  }
  return Array.from({ length: batch.usage.count }, (_, row) => {
    const at = (column: number) => cell(batch.usage, width, row, column)
    return {
      id: 0,
      transcript_id: transcript.id,
      record: at(0),
      line: at(1),
      at_ms: filedAt(at(2)),
      model_id: nameId(at(3)) as number,
      response_hash: at(4),
      request_hash: nullable(at(5)),
      response_id: text(batch, at(6)),
      request_id: textOrNull(batch, at(7)),
      tier_id: nameId(at(8)),
      input_tokens: at(9),
      output_tokens: at(10),
      cache_read_tokens: at(11),
      cache_write_tokens: at(12),
      cache_write_1h_tokens: at(13),
      reasoning_tokens: at(14),
      cost_microdollars: nullable(at(15)),
      cost_source: at(16),
      price_date_id: nameId(at(17)),
      sidechain: at(18),
      lines: at(19),
      inherited: 0,
    }
  })
}
