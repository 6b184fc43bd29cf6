import { hashSet } from '../hash-set.ts'
import type { HashSet } from '../hash-set.ts'
import type { Scope } from '../scope.ts'
import type { Work } from './work.ts'

/** Identities of the records a transcript has, as far as `nextRecord`, for one process. */
export interface Seen {
  nextRecord: number
  hashes: HashSet
}

/** Transcripts remembered at once, and identities of one transcript: at most about 16 MB. */
const TRANSCRIPTS_KEPT = 8
const HASHES_KEPT = 500_000

/**
 * The hashes of the records this transcript has. An index that could answer would cost as much as the entries
 * themselves, for something that hardly ever happens: a record's id coming a second time under another time. Above
 * `HASHES_KEPT` such a repeat is not recognised any more; one under the same time always is.
 */
export async function seenHashes({ connection, scope, transcript, fresh }: Work): Promise<HashSet> {
  if (fresh) return hashSet()
  const known = scope.seen.get(transcript.id)
  if (known?.nextRecord === transcript.next_record) return known.hashes
  const hashes = hashSet()
  const rows = await connection.all<{ hash: number }>(
    'SELECT hash FROM entry WHERE workspace_id = ? AND transcript_id = ? LIMIT ?',
    [scope.workspaceId, transcript.id, HASHES_KEPT],
  )
  for (const row of rows) hashes.add(row.hash)
  return hashes
}

/** Remembers what a stored batch left behind. */
export function remember(scope: Scope, transcriptId: number, seen: Seen): void {
  scope.seen.delete(transcriptId)
  scope.seen.set(transcriptId, seen)
  for (const id of scope.seen.keys()) {
    if (scope.seen.size <= TRANSCRIPTS_KEPT) return
    scope.seen.delete(id)
  }
}

export function noteSeen(hashes: HashSet, hash: number): void {
  if (hashes.size < HASHES_KEPT) hashes.add(hash)
}
