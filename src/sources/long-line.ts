import { createHash, type Hash } from 'node:crypto'
import { opaqueRuns } from './blobs.ts'
import type { CutBlob, RawChunk } from './raw-records.ts'

/** What may remain of a line, blobs taken out, and still be parsed. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024
/** Blobs of one line held in memory at most. */
const MAX_BLOB_BYTES = 48 * 1024 * 1024
/** Parts of an oversized line are about this long, a little less where a secret lies across the cut. */
const PART_BYTES = 1024 * 1024
/** What is looked at on each side of a cut: as far as the longest secret, a private key, may reach. */
const REACH_BYTES = 64 * 1024
/** A cut is tried this much earlier each time, as far back as two such keys. */
const STEP_BYTES = 4 * 1024
const FARTHEST_BYTES = 2 * REACH_BYTES

/** Whether `bytes` cut at `at` lets redaction find in the halves all that it finds in the whole. */
export type IsSafeCut = (bytes: Buffer, at: number) => boolean

/** A line longer than the reading buffer, put together piece by piece with its long base64 runs set aside. */
export interface LongLine {
  push(piece: Uint8Array): void
  /** Source bytes taken so far, those handed out as parts included. */
  readonly sourceBytes: number
  /** True when it has grown too large to be parsed or kept: `parts` should be taken now. */
  readonly oversized: boolean
  /** The line without its blobs; `undefined` when it has become too large to be parsed. */
  whole(): { bytes: Buffer; blobs: CutBlob[] } | undefined
  /** Pieces of an oversized line, those not handed out yet, cut where it is safe. `last` flushes the remainder. */
  parts(record: number, offset: number, last: boolean, isSafe: IsSafeCut): Generator<RawChunk>
}

interface OpenBlob {
  offset: number
  digest: Hash
  pieces: Buffer[]
}

export function startLongLine(): LongLine {
  let kept: Buffer[] = []
  let keptBytes = 0
  let blobBytes = 0
  let blobs: CutBlob[] = []
  let open: OpenBlob | undefined
  let sourceBytes = 0
  let partsTaken = 0
  let oversized = false
  let partOffset = 0

  const closeBlob = (): void => {
    if (!open) return
    blobs.push({ offset: open.offset, hash: open.digest.digest('hex'), bytes: Buffer.concat(open.pieces) })
    open = undefined
  }
  const addToBlob = (piece: Uint8Array): void => {
    open!.digest.update(piece)
    open!.pieces.push(Buffer.from(piece))
    blobBytes += piece.length
  }
  const keep = (piece: Uint8Array): void => {
    if (piece.length === 0) return
    kept.push(Buffer.from(piece))
    keptBytes += piece.length
  }

  return {
    get sourceBytes() {
      return sourceBytes
    },
    get oversized() {
      return oversized
    },
    push(piece) {
      sourceBytes += piece.length
      if (oversized) {
        keep(piece)
        return
      }
      const runs = opaqueRuns(piece)
      let from = 0
      if (open) {
        const first = runs[0]
        if (first && first[0] === 0) {
          addToBlob(piece.subarray(0, first[1]))
          from = first[1]
          runs.shift()
        }
        if (from < piece.length) closeBlob()
      }
      for (const [start, end] of runs) {
        keep(piece.subarray(from, start))
        open = { offset: keptBytes, digest: createHash('sha256'), pieces: [] }
        addToBlob(piece.subarray(start, end))
        if (end < piece.length) closeBlob()
        from = end
      }
      keep(piece.subarray(from))
      if (keptBytes > MAX_RECORD_BYTES || blobBytes > MAX_BLOB_BYTES) {
        closeBlob()
        oversized = true
      }
    },
    whole() {
      if (oversized) return undefined
      closeBlob()
      return { bytes: Buffer.concat(kept), blobs }
    },
    *parts(record, offset, last, isSafe) {
      oversized = true
      closeBlob()
      let bytes = Buffer.concat(kept)
      let base = 0
      // What follows a cut is looked at too: until it was read, the cut waits.
      while (bytes.length > PART_BYTES + REACH_BYTES || (last && (bytes.length > 0 || blobs.length > 0))) {
        const length = bytes.length > PART_BYTES ? cutPlace(bytes, isSafe) : bytes.length
        const inside = blobs.filter((blob) => blob.offset - base <= length)
        blobs = blobs.filter((blob) => blob.offset - base > length)
        const blobLength = inside.reduce((sum, blob) => sum + blob.bytes.length, 0)
        yield {
          bytes: Buffer.from(bytes.subarray(0, length)),
          firstRecord: record,
          ends: new Uint32Array(0),
          sourceOffset: offset + partOffset,
          sourceBytes: length + blobLength,
          part: partsTaken++,
          blobs: inside.map((blob) => ({ ...blob, offset: blob.offset - base })),
        }
        blobBytes -= blobLength
        partOffset += length + blobLength
        base += length
        bytes = bytes.subarray(length)
      }
      kept = [Buffer.from(bytes)]
      keptBytes = bytes.length
      blobs = blobs.map((blob) => ({ ...blob, offset: blob.offset - base }))
    },
  }
}

/**
 * The last safe place at the wanted length or before it: behind a separator, in front of a private key, or anywhere. Text
 * that is nothing but secrets for 128 KiB is cut all the same.
 */
function cutPlace(bytes: Buffer, isSafe: IsSafeCut): number {
  for (let back = 0; back <= FARTHEST_BYTES; back += STEP_BYTES) {
    const wanted = PART_BYTES - back
    const separated = behindSeparator(bytes, wanted)
    const key = bytes.lastIndexOf('-----BEGIN ', separated)
    const places = [separated, key >= wanted - REACH_BYTES ? key : wanted, wanted]
    const safe = places.find((place) => isSafeAround(bytes, place, isSafe))
    if (safe !== undefined) return safe
  }
  return PART_BYTES
}

function isSafeAround(bytes: Buffer, place: number, isSafe: IsSafeCut): boolean {
  const from = Math.max(0, place - REACH_BYTES)
  return place > from && isSafe(bytes.subarray(from, place + REACH_BYTES), place - from)
}

function behindSeparator(bytes: Buffer, wanted: number): number {
  for (let i = wanted; i > wanted - STEP_BYTES; i--) {
    const byte = bytes[i - 1]!
    if (byte === 32 || byte === 34 || byte === 44 || byte === 10) return i
  }
  return wanted
}
