import { decompress, splitRecords, withBlobs } from '../archive/frames.ts'
import { readKeptRecord, type KeptRecord } from '../domain/kept-record.ts'
import type { Store } from '../stores/store.ts'

/** What programs told of a session, from the nth record of its transcript on and through another, out of the archive. */
export async function keptRecords(
  store: Store,
  transcriptId: number,
  fromRecord: number,
  throughRecord = Infinity,
): Promise<KeptRecord[]> {
  const records: KeptRecord[] = []
  let pieces: Buffer[] = []
  for await (const frame of store.archive.frames(transcriptId, { fromRecord })) {
    const blobs = new Map<string, Uint8Array>()
    for (const [, hash] of frame.blobs) blobs.set(hash, decompress((await store.archive.blob(hash)) ?? missing(hash)))
    const bytes = withBlobs(decompress(frame.data), frame.blobs, (hash) => blobs.get(hash) ?? missing(hash))
    // A record that is too large for one frame comes in pieces, the last of which ends with its line.
    pieces.push(bytes)
    if (frame.part !== null && bytes.at(-1) !== 0x0a) continue
    const raw = Buffer.concat(pieces)
    pieces = []
    const lines = splitRecords(raw, Math.max(1, frame.recordCount))
    for (const [i, [from, to]] of lines.entries()) {
      if (frame.firstRecord + i < fromRecord || frame.firstRecord + i > throughRecord) continue
      const record = readKeptRecord(JSON.parse(raw.toString('utf8', from, to)))
      if (record) records.push(record)
    }
  }
  return records
}

function missing(hash: string): never {
  throw new Error(`the archive has no blob ${hash}`)
}
