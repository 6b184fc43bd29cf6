import { compress, FRAME_BYTES, frameSpans } from '../archive/frames.ts'
import type { RawChunk } from '../sources/raw-records.ts'
import type { FrameDraft } from '../stores/ingest-batch.ts'

/** The last frame of a transcript, taken up again when little is appended. */
export interface FrameTail {
  firstRecord: number
  recordCount: number
  sourceOffset: number
  sourceBytes: number
  raw: Uint8Array
  blobs: [number, string][]
}

/** The frames a chunk becomes; `tail` is grown by the first where both fit into one. */
export function encodeFrames(chunk: RawChunk, tail: FrameTail | undefined): FrameDraft[] {
  if (chunk.part !== undefined)
    return [frame(chunk, chunk.bytes, chunk.firstRecord, 0, chunk.part, chunk.blobs.map(toPair))]
  const spans = frameSpans(chunk.ends, chunk.bytes.length)
  let bytesBefore = 0
  return spans.map((span, place) => {
    const bytes = chunk.bytes.subarray(span.fromByte, span.toByte)
    // A cut at the very end of a span belongs to it: records end with their line end, so none is ambiguous.
    const blobs = chunk.blobs.filter((blob) => blob.offset >= span.fromByte && blob.offset < span.toByte)
    const pairs = blobs.map((blob): [number, string] => [blob.offset - span.fromByte, blob.hash])
    const blobBytes = blobs.reduce((sum, blob) => sum + blob.bytes.length, 0)
    const draft = frame(chunk, bytes, chunk.firstRecord + span.fromRecord, span.toRecord - span.fromRecord, null, pairs)
    draft.sourceOffset = chunk.sourceOffset + bytesBefore
    draft.sourceBytes = place === spans.length - 1 ? chunk.sourceBytes - bytesBefore : bytes.length + blobBytes
    bytesBefore += draft.sourceBytes
    return place === 0 && tail ? joinTail(tail, draft, bytes, pairs) : draft
  })
}

function toPair(blob: { offset: number; hash: string }): [number, string] {
  return [blob.offset, blob.hash]
}

function frame(
  chunk: RawChunk,
  bytes: Uint8Array,
  firstRecord: number,
  recordCount: number,
  part: number | null,
  blobs: [number, string][],
): FrameDraft {
  return {
    firstRecord,
    recordCount,
    sourceOffset: chunk.sourceOffset,
    sourceBytes: chunk.sourceBytes,
    part,
    rawBytes: bytes.length,
    data: compress(bytes),
    blobs,
    replacesTail: false,
  }
}

/** A small append grows the last frame instead of adding a tiny one, until it is full. */
function joinTail(tail: FrameTail, draft: FrameDraft, bytes: Uint8Array, pairs: [number, string][]): FrameDraft {
  const fits = tail.raw.length + bytes.length <= FRAME_BYTES
  const follows = tail.firstRecord + tail.recordCount === draft.firstRecord
  if (!fits || !follows) return draft
  const joined = Buffer.concat([tail.raw, bytes])
  return {
    ...draft,
    firstRecord: tail.firstRecord,
    recordCount: tail.recordCount + draft.recordCount,
    sourceOffset: tail.sourceOffset,
    sourceBytes: tail.sourceBytes + draft.sourceBytes,
    rawBytes: joined.length,
    data: compress(joined),
    blobs: [...tail.blobs, ...pairs.map(([offset, hash]): [number, string] => [offset + tail.raw.length, hash])],
    replacesTail: true,
  }
}
