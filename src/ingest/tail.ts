import { decompress, FRAME_BYTES } from '../archive/frames.ts'
import type { Store } from '../stores/store.ts'
import type { RegisteredTranscript } from '../stores/transcript-store.ts'
import { parseStoredCursor } from './stored-cursor.ts'
import type { FrameTail } from './encode-frames.ts'

/** The last frame of a transcript while it has room, so that an append can join it. */
export async function frameTail(store: Store, transcript: RegisteredTranscript): Promise<FrameTail | undefined> {
  const reader = parseStoredCursor(transcript.cursor)?.reader
  if (!reader || reader.record === 0) return undefined
  for await (const frame of store.archive.frames(transcript.id, { fromRecord: reader.record - 1 })) {
    if (frame.part !== null || frame.firstRecord + frame.recordCount !== reader.record) continue
    if (frame.recordCount === 0) continue
    const raw = decompress(frame.data)
    if (raw.length >= FRAME_BYTES / 2) return undefined
    const { firstRecord, recordCount, sourceOffset, sourceBytes, blobs } = frame
    return { firstRecord, recordCount, sourceOffset, sourceBytes, raw, blobs }
  }
  return undefined
}
