import { decompress, splitRecords, withBlobs } from '../archive/frames.ts'
import { RECORD_END } from '../domain/record-end.ts'
import { type Picture, picturesIn } from '../domain/picture.ts'
import type { StoredFrame } from '../stores/archive-store.ts'
import type { Store } from '../stores/store.ts'

/** Pictures that a record of the archive holds; none where it is no JSON or not kept. */
export async function picturesOf(store: Store, transcriptId: number, record: number): Promise<Picture[]> {
  const pieces: Buffer[] = []
  for await (const frame of store.archive.frames(transcriptId, { fromRecord: record, toRecord: record + 1 })) {
    const bytes = await wholeBytes(store, frame)
    if (frame.part !== null) pieces.push(bytes)
    else {
      const place = splitRecords(bytes, frame.recordCount)[record - frame.firstRecord]
      if (place) pieces.push(bytes.subarray(...place))
    }
  }
  const bytes = Buffer.concat(pieces)
  const end = bytes.at(-1) === RECORD_END ? bytes.length - 1 : bytes.length
  try {
    return picturesIn(JSON.parse(bytes.toString('utf8', 0, end)))
  } catch {
    return []
  }
}

async function wholeBytes(store: Store, frame: StoredFrame): Promise<Buffer> {
  const blobs = new Map<string, Uint8Array>()
  for (const [, hash] of frame.blobs) {
    const data = await store.archive.blob(hash)
    blobs.set(hash, data ? decompress(data) : new Uint8Array())
  }
  return withBlobs(decompress(frame.data), frame.blobs, (hash) => blobs.get(hash)!)
}
