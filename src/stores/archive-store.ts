import type { AttachmentDraft } from './ingest-batch.ts'

/** Compressed frames and blobs. The store keeps bytes and knows nothing of their content. */
export interface ArchiveStore {
  /**
   * Frames of a transcript's current reading, in source order. `fromRecord` skips those that end before it, `toRecord`
   * those that begin behind it. With `allReadings` also what is kept of a source that was rotated away.
   */
  frames(
    transcriptId: number,
    range?: { fromRecord?: number; toRecord?: number; allReadings?: boolean },
  ): AsyncIterable<StoredFrame>
  /** The frame that holds a record, of whichever reading; `undefined` where the archive has none, or only pieces of it. */
  frameOf(transcriptId: number, record: number): Promise<PlainFrame | undefined>
  /** As stored: zstd. */
  blob(hash: string): Promise<Uint8Array | undefined>
  attachments(transcriptId: number): Promise<{ relativePath: string; blobHash: string; sizeBytes: number }[]>
  putAttachment(transcriptId: number, attachment: AttachmentDraft): Promise<void>
  /** Raw and stored bytes, for `doctor` and the README's figures; of one session: its frames, without blobs. */
  size(filter?: {
    sessionId?: string
  }): Promise<{ rawBytes: number; storedBytes: number; frames: number; blobs: number }>
}

/** A frame of whole records, without what was cut out of it. */
export type PlainFrame = Pick<StoredFrame, 'transcriptId' | 'firstRecord' | 'recordCount' | 'data'>

export interface StoredFrame {
  transcriptId: number
  firstRecord: number
  recordCount: number
  sourceOffset: number
  sourceBytes: number
  /** Set when the frame is one piece of an oversized record. */
  part: number | null
  /** zstd. */
  data: Uint8Array
  /** Cut blobs as `[offset in the raw bytes, hash]`. */
  blobs: [number, string][]
}
