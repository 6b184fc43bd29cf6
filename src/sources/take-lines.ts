import { isAscii } from 'node:buffer'
import { hash48 } from '../domain/ids.ts'
import { cutBlobs, MIN_BLOB_BYTES } from './blobs.ts'
import { parseLine } from './json-line.ts'
import type { LineParser, RecordPlace } from './line-parser.ts'
import type { IsSafeCut, LongLine } from './long-line.ts'
import type { CutBlob, RawChunk } from './raw-records.ts'
import type { ReadContext, ReplayRef, TranscriptRef } from './source.ts'
import type { Batch, Cursor } from './batch.ts'

/** What goes on from batch to batch: the cursor being moved, and the parser with its state. */
export interface Reading<State> {
  parser: LineParser<State>
  cursor: Cursor & { state: { midLine: boolean; parser: State } }
}

export function startReading<State>(
  parser: LineParser<State>,
  ref: TranscriptRef | ReplayRef,
  stored: Cursor | undefined,
  baseRecord: number,
): Reading<State> {
  if (stored) return { parser, cursor: structuredClone(stored) as Reading<State>['cursor'] }
  const file = 'file' in ref ? ref.file : { device: 0, inode: 0, sizeBytes: 0, modifiedAtMs: 0 }
  return {
    parser,
    cursor: {
      file,
      offset: 0,
      headHash: '',
      headBytes: 0,
      tailHash: '',
      tailBytes: 0,
      line: 0,
      record: baseRecord,
      baseRecord,
      state: { midLine: false, parser: parser.initial(ref) },
    },
  }
}

/** Takes whole lines: redacts, cuts blobs out, parses, and moves the cursor behind them. */
export function takeRegion<State>(reading: Reading<State>, batch: Batch, region: Buffer, context: ReadContext): void {
  const { cursor } = reading
  const clean = context.redact(region)
  const ascii = isAscii(clean)
  const ends: number[] = []
  const pieces: Uint8Array[] = []
  const blobs: CutBlob[] = []
  const firstRecord = cursor.record
  let cutFrom = 0
  let removed = 0
  let start = 0
  // The line end of a last line that was taken before it came.
  let search = cursor.state.midLine && region.length > 0 ? skipLineEnd(clean) : 0
  cursor.state.midLine = false
  while (search < clean.length) {
    const found = clean.indexOf(10, search)
    const end = found < 0 ? clean.length : found + 1
    let line = { bytes: clean, from: start, to: end, ascii }
    if (end - start >= MIN_BLOB_BYTES) {
      const cut = cutBlobs(clean.subarray(start, end))
      if (cut.blobs.length > 0) {
        for (const blob of cut.blobs) blobs.push({ ...blob, offset: start - removed + blob.offset })
        pieces.push(clean.subarray(cutFrom, start), cut.bytes)
        cutFrom = end
        removed += end - start - cut.bytes.length
        line = { bytes: cut.bytes as Buffer, from: 0, to: cut.bytes.length, ascii }
      }
    }
    takeLine(reading, batch, line, context)
    ends.push(end - removed)
    start = end
    search = end
  }
  const bytes = removed === 0 ? clean : Buffer.concat([...pieces, clean.subarray(cutFrom)])
  batch.records.chunks.push({
    bytes,
    firstRecord,
    ends: Uint32Array.from(ends),
    sourceOffset: cursor.offset,
    sourceBytes: region.length,
    blobs,
  })
  cursor.offset += region.length
}

export function skipLineEnd(bytes: Buffer): number {
  if (bytes[0] === 10) return 1
  return bytes[0] === 13 && bytes[1] === 10 ? 2 : 0
}

export function takeLine<State>(
  reading: Reading<State>,
  batch: Batch,
  line: { bytes: Buffer; from: number; to: number; ascii: boolean },
  context?: ReadContext,
): void {
  const { cursor } = reading
  const record = cursor.record++
  const number = ++cursor.line
  const read = parseLine(line.bytes, line.from, line.to, line.ascii)
  if (read.kind === 'unreadable') batch.problems.push({ line: number, reason: read.reason })
  if (read.kind === 'record') parseRecord(reading, batch, read.value, recordPlace(record, number, read.text), context)
}

export function recordPlace(record: number, line: number, text: string): RecordPlace {
  return {
    record,
    line,
    lineId: () => `${hash48(`${text.length}:${text.slice(0, 512)}:${text.slice(-128)}`).toString(36)}:${line}`,
  }
}

/** A parser is ours and meant never to throw; if it does, one record is lost, not its neighbours. */
export function parseRecord<State>(
  reading: Reading<State>,
  batch: Batch,
  value: Record<string, unknown>,
  where: RecordPlace,
  context?: ReadContext,
): void {
  const before = batch.entries.length
  try {
    reading.parser.parse(reading.cursor.state.parser, value, where, batch)
    context?.parsed?.(value, where.record, batch.entries, before)
  } catch (error) {
    batch.problems.push({
      line: where.line,
      reason: `unexpected shape: ${error instanceof Error ? error.name : 'error'}`,
    })
  }
}

/** A line longer than a region, now complete: parsed when blobs out of it leave little enough, else kept in parts. */
export function takeLongLine<State>(reading: Reading<State>, batch: Batch, long: LongLine, context: ReadContext): void {
  const { cursor } = reading
  const firstRecord = cursor.record
  const line = long.whole()
  if (line) {
    const bytes = line.blobs.length === 0 ? context.redact(line.bytes) : redactAround(line.bytes, line.blobs, context)
    takeLine(reading, batch, { bytes, from: 0, to: bytes.length, ascii: isAscii(bytes) }, context)
    batch.records.chunks.push({
      bytes,
      firstRecord,
      ends: Uint32Array.of(bytes.length),
      sourceOffset: cursor.offset,
      sourceBytes: long.sourceBytes,
      blobs: line.blobs,
    })
    cursor.offset += long.sourceBytes
    return
  }
  for (const chunk of long.parts(firstRecord, cursor.offset, true, safeCut(context)))
    batch.records.chunks.push(redactPart(chunk, context))
  cursor.record++
  cursor.line++
  cursor.offset += long.sourceBytes
  const megabytes = Math.round(long.sourceBytes / 1024 / 1024)
  batch.problems.push({ line: cursor.line, reason: `a line of ${megabytes} MB: archived, too long to be read` })
}

/** Redaction may change lengths, so the text between two cuts is redacted by itself and cuts keep their place. */
function redactAround(bytes: Buffer, blobs: CutBlob[], context: ReadContext): Buffer {
  const pieces: Buffer[] = []
  let from = 0
  let offset = 0
  for (const blob of blobs) {
    const piece = context.redact(bytes.subarray(from, blob.offset))
    from = blob.offset
    offset += piece.length
    blob.offset = offset
    pieces.push(piece)
  }
  pieces.push(context.redact(bytes.subarray(from)))
  return Buffer.concat(pieces)
}

/** Parts are redacted one by one: a cut is safe when that gives what redacting both sides together gives. */
export function safeCut({ redact }: Pick<ReadContext, 'redact'>): IsSafeCut {
  return (bytes, at) => {
    const halves = [bytes.subarray(0, at), bytes.subarray(at)].map((half) => Buffer.from(redact(Buffer.from(half))))
    return Buffer.concat(halves).equals(redact(Buffer.from(bytes)))
  }
}

export function redactPart(chunk: RawChunk, context: ReadContext): RawChunk {
  const bytes = Buffer.from(chunk.bytes)
  return {
    ...chunk,
    bytes: chunk.blobs.length === 0 ? context.redact(bytes) : redactAround(bytes, chunk.blobs, context),
  }
}
