import { UNCOUNTED_FLAGS, isCountedMessage } from '../counting.ts'
import type { Value } from '../connection.ts'
import { insertMany } from '../insert.ts'
import type { Work } from './work.ts'

/** An entry of the batch on its way to its row. */
export interface IncomingEntry {
  record: number
  block: number
  atMs: number
  hash: number
  type: number
  role: number
  flags: number
  toolId: number | null
  /** Row id, once it has one. */
  id: number
  /** Milliseconds between its own time and the one it is filed under. */
  shift: number
  /** True when this transcript may have had it before. */
  known: boolean
  /** True when it did: its row was updated. */
  repeated: boolean
  /** True when it only shares its id with an entry of another time: nothing of it is kept. */
  clash: boolean
}

/** Adds an entry to the transcript's counters, or takes it off again. */
export function countEntry({ transcript }: Work, type: number, role: number, flags: number, sign: 1 | -1): void {
  if ((flags & UNCOUNTED_FLAGS) === 0) transcript.entry_count += sign
  if (isCountedMessage(transcript.kind, type, role, flags)) transcript.message_count += sign
}

const WIDTH = 11
const INSERT = `INSERT INTO entry (id, workspace_id, transcript_id, record, block, shift, type, role, flags, hash, tool_id)`

/**
 * Writes entries that have their row ids.
 *
 * @returns how many rows were inserted
 */
export async function insertEntries(
  work: Work,
  entries: readonly IncomingEntry[],
  onConflict?: string,
): Promise<number> {
  return insertMany(work.connection, INSERT, WIDTH, entryValues(work, entries), onConflict)
}

function entryValues({ scope, transcript }: Work, entries: readonly IncomingEntry[]): Value[] {
  const values: Value[] = []
  for (const { id, record, block, shift, type, role, flags, hash, toolId } of entries) {
    values.push(id, scope.workspaceId, transcript.id, record, block, shift, type, role, flags, hash, toolId)
  }
  return values
}
