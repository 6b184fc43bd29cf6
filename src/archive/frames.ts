import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { ZstdOptions } from 'node:zlib'
import { RECORD_END } from '../domain/record-end.ts'

/**
 * Raw bytes of a frame: large enough to compress well, small enough to read one message at once. Measured on generated
 * histories: 128 KiB 0.217 of the bytes at 314 MB/s, 256 KiB 0.209 at 354 MB/s, and searching takes a quarter longer.
 */
export const FRAME_BYTES = 128 * 1024

// The output of most frames in one piece, and little more memory than it takes: with the usual 16 KiB, compressing takes a
// sixth longer, and what is asked for beyond the need stays with the process.
const OUTPUT_SHARE = 0.3
const LEAST_OUTPUT_BYTES = 1024

/** Made when it is needed, like all of `node:zlib`: a scan of nothing new compresses nothing. */
let params: ZstdOptions['params']

/** Compresses bytes for the archive (zstd). The result owns its memory, so that it can go to another thread. */
export function compress(bytes: Uint8Array): Uint8Array {
  params ??= { [constants.ZSTD_c_compressionLevel]: 3 }
  const chunkSize = Math.max(LEAST_OUTPUT_BYTES, Math.ceil(bytes.length * OUTPUT_SHARE))
  // Told the size, zstd makes tables of that size: a third less time.
  const data = zstdCompressSync(bytes, { params, chunkSize, pledgedSrcSize: bytes.length })
  return data.byteLength === data.buffer.byteLength ? data : Uint8Array.from(data)
}

/** Larger ones, and those that damage makes look large, come out in pieces of this size. */
const LARGEST_PIECE_BYTES = 16 * 1024 * 1024
const LEAST_PIECE_BYTES = 64

/** @throws when the bytes are damaged */
export function decompress(data: Uint8Array): Buffer {
  const size = contentSize(data)
  if (size === undefined) return zstdDecompressSync(data)
  // In one piece of its own size: memory that is asked for beyond that is cleared by the system each time. One byte more,
  // or Node would ask for another piece to see that nothing follows.
  const chunkSize = Math.min(Math.max(size + 1, LEAST_PIECE_BYTES), LARGEST_PIECE_BYTES)
  return zstdDecompressSync(data, { chunkSize })
}

/**
 * Gives the memory of decompressed bytes, and of text for the index, back now, not when it is next collected. Until then what is
 * decompressed next takes memory that the system has to clear first: half of the time of a frame. Whoever still looks at the
 * bytes sees none.
 */
export function release(bytes: Uint8Array): void {
  const { buffer } = bytes
  // Small ones share their memory with others.
  if (bytes.length > Buffer.poolSize && buffer instanceof ArrayBuffer) buffer.transfer(0)
}

const ZSTD_MAGIC = 0xfd2fb528

/** The longest header; of what is shorter altogether nothing is gained by knowing. */
const HEADER_BYTES = 18

/**
 * Bytes that come out of a zstd frame, as its header says; `undefined` where it does not.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1
 */
export function contentSize(data: Uint8Array): number | undefined {
  if (data.length < HEADER_BYTES) return undefined
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  if (view.getUint32(0, true) !== ZSTD_MAGIC) return undefined
  const descriptor = view.getUint8(4)
  const single = (descriptor & 0x20) !== 0
  const at = 5 + (single ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] as number)
  switch (descriptor >> 6) {
    case 0:
      return single ? view.getUint8(at) : undefined
    case 1:
      return view.getUint16(at, true) + 256
    case 2:
      return view.getUint32(at, true)
    default:
      return Number(view.getBigUint64(at, true))
  }
}

/** A stretch of a chunk that becomes one frame: records `[from, to)` of it. */
export interface FrameSpan {
  fromRecord: number
  toRecord: number
  fromByte: number
  toByte: number
}

/** Where to cut a chunk of whole records into frames of about `FRAME_BYTES`. A record is never cut. */
export function frameSpans(ends: Uint32Array, byteLength: number, frameBytes = FRAME_BYTES): FrameSpan[] {
  if (ends.length === 0)
    return byteLength === 0 ? [] : [{ fromRecord: 0, toRecord: 0, fromByte: 0, toByte: byteLength }]
  const spans: FrameSpan[] = []
  let fromRecord = 0
  let fromByte = 0
  for (let record = 0; record < ends.length; record++) {
    const end = ends[record]!
    if (end - fromByte < frameBytes && record < ends.length - 1) continue
    spans.push({ fromRecord, toRecord: record + 1, fromByte, toByte: end })
    fromRecord = record + 1
    fromByte = end
  }
  return spans
}

/** Puts cut blobs back where they were: the source's bytes again, redaction aside. */
export function withBlobs(
  bytes: Uint8Array,
  blobs: readonly [number, string][],
  blob: (hash: string) => Uint8Array,
): Buffer {
  const pieces: Uint8Array[] = []
  let from = 0
  for (const [offset, hash] of blobs) {
    pieces.push(bytes.subarray(from, offset), blob(hash))
    from = offset
  }
  pieces.push(bytes.subarray(from))
  return Buffer.concat(pieces)
}

/** The document's own bytes again; a frame of lines is given back as it is. */
export function withoutRecordEnds(raw: Buffer): Buffer {
  return isDocument(raw) ? (raw.filter((byte) => byte !== RECORD_END) as Buffer) : raw
}

function isDocument(raw: Uint8Array): boolean {
  return raw.at(-1) === RECORD_END
}

/**
 * The records in a frame's raw bytes, as [start, end) offsets: lines with their line ends, or pieces of a document. A line
 * end that came after its record had been taken stands at the front of a frame and belongs to the record behind it.
 */
export function splitRecords(raw: Uint8Array, recordCount: number): [number, number][] {
  if (recordCount === 0) return []
  const mark = isDocument(raw) ? RECORD_END : 10
  const ends: number[] = []
  for (let at = raw.indexOf(mark); at >= 0; at = raw.indexOf(mark, at + 1)) ends.push(at + 1)
  if (ends.at(-1) !== raw.length) ends.push(raw.length)
  if (ends.length > recordCount) ends.shift()
  let from = 0
  return ends.map((end) => {
    const record: [number, number] = [from, end]
    from = end
    return record
  })
}
