import { createHash } from 'node:crypto'
import { compress } from '../../archive/frames.ts'
import { AppError } from '../../domain/errors.ts'
import type { FrameDraft } from '../../stores/ingest-batch.ts'
import type { ReindexSetup } from '../reindex.ts'
import { type ItemOf, bytesOf } from './bundle-items.ts'

/** What was cut out of frames, or lay beside a transcript. */
export interface Blob {
  hash: string
  sizeBytes: number
  data: Uint8Array
}

/** @throws AppError `invalid` where it is not what its hash says */
export function toBlob(setup: ReindexSetup, item: ItemOf<'blob'>, line: number): Blob {
  const raw = bytesOf(item, line)
  if (createHash('sha256').update(raw).digest('hex') !== item.hash) {
    throw new AppError('invalid', `line ${line} of the bundle is not the blob it says it is`)
  }
  const bytes = setup.context.redact(raw)
  return { hash: item.hash, sizeBytes: bytes.length, data: compress(bytes) }
}

/** Redacted between the places that blobs were cut out of: no secret lies across one. */
export function toFrame(setup: ReindexSetup, item: ItemOf<'frame'>, line: number): FrameDraft {
  const raw = bytesOf(item, line)
  const pieces: Buffer[] = []
  const blobs: [number, string][] = []
  let from = 0
  let length = 0
  for (const [offset, hash] of [...item.blobs, [raw.length, ''] as [number, string]]) {
    if (offset < from || offset > raw.length)
      throw new AppError('invalid', `line ${line}: a blob lies outside its frame`)
    const piece = setup.context.redact(raw.subarray(from, offset))
    pieces.push(piece)
    length += piece.length
    if (hash !== '') blobs.push([length, hash])
    from = offset
  }
  const { firstRecord, recordCount, part, sourceOffset, sourceBytes } = item
  const bytes = Buffer.concat(pieces)
  const place = { firstRecord, recordCount, part, sourceOffset, sourceBytes }
  return { ...place, rawBytes: bytes.length, data: compress(bytes), blobs, replacesTail: false }
}
