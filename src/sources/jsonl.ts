import { isAscii } from 'node:buffer'
import { hash48 } from '../domain/ids.ts'
import { cutBlobs, MIN_BLOB_BYTES } from './blobs.ts'
import { parseLine } from './json-line.ts'
import type { LineParser, RecordPlace } from './line-parser.ts'
import { startLongLine, type LongLine } from './long-line.ts'
import { fingerprint, goesOn, openSourceFile, type SourceFile } from './source-file.ts'
import { emptyBatch } from './source.ts'
import type { ArchivedRecord, Batch, CutBlob, Cursor, RawChunk, ReadContext, ReplayRef, TranscriptRef } from './source.ts'

/** Bytes read and handed on at a time. */
const REGION_BYTES = 2 * 1024 * 1024
/** A last line without its line end is reported once the file has rested this long; until then somebody is writing it. */
const IDLE_MS = 60_000

/**
 * Reads a file of one JSON object a line from where `cursor` stopped.
 *
 * Only new bytes are read, beside a few that tell an append from a rewrite. A last line without line end waits unless it
 * is a whole object. Memory is bounded by the region and the longest line that can still be parsed, whatever the file.
 */
export async function* readJsonl<State>(
  parser: LineParser<State>,
  ref: TranscriptRef,
  cursor: Cursor | undefined,
  context: ReadContext,
): AsyncGenerator<Batch> {
  const file = openSourceFile(ref.path)
  const buffer = takeBuffer()
  try {
    yield* readOpened(parser, ref, cursor, context, file, buffer)
  } finally {
    freeBuffer(buffer)
    file.close()
  }
}

async function* readOpened<State>(
  parser: LineParser<State>,
  ref: TranscriptRef,
  stored: Cursor | undefined,
  context: ReadContext,
  file: SourceFile,
  buffer: Buffer,
): AsyncGenerator<Batch> {
  const before = file.identity()
  if (stored !== undefined && stored.offset > 0 && before.sizeBytes === 0) return
  const resumed = stored !== undefined && goesOn(file, stored)
  const restarted = stored !== undefined && stored.offset > 0 && !resumed
  const reading = startReading(parser, ref, resumed ? stored : undefined, restarted ? stored.record : 0)
  let batch = emptyBatch(reading.cursor)
  if (restarted) batch.restarted = true

  let held = 0
  let long: LongLine | undefined
  for (;;) {
    context.signal?.throwIfAborted()
    const at = reading.cursor.offset + (long?.sourceBytes ?? 0) + held
    const filled = held + file.read(buffer, held, buffer.length - held, at)
    const atEnd = filled < buffer.length
    let from = 0
    if (long) {
      const end = buffer.subarray(0, filled).indexOf(10)
      long.push(buffer.subarray(0, end < 0 ? filled : end + 1))
      held = 0
      if (end < 0 && !atEnd) {
        if (!long.oversized) continue
        yield takeParts(reading, batch, long, file, before, context)
        batch = emptyBatch(reading.cursor)
        continue
      }
      if (end < 0) break
      takeLongLine(reading, batch, long, context)
      long = undefined
      from = end + 1
    }
    const end = buffer.subarray(0, filled).lastIndexOf(10) + 1
    if (end <= from && filled - from === buffer.length) {
      long = startLongLine()
      long.push(buffer)
      held = 0
      continue
    }
    if (end > from) takeRegion(reading, batch, buffer.subarray(from, end), context)
    from = Math.max(from, end)
    held = filled - from
    if (atEnd) {
      finishTail(reading, batch, buffer.subarray(from, filled), file, context)
      break
    }
    // A batch shows the reading buffer itself: nothing moves in it until the batch was taken.
    yield seal(reading, batch, file, before)
    buffer.copyWithin(0, from, filled)
    batch = emptyBatch(reading.cursor)
  }
  if (long) reportWaiting(reading, batch, file, context)
  batch.done = true
  yield seal(reading, batch, file, file.identity())
}

/** What goes on from batch to batch: the cursor being moved, and the parser with its state. */
interface Reading<State> {
  parser: LineParser<State>
  cursor: Cursor & { state: { midLine: boolean; parser: State } }
}

function startReading<State>(
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

/** Fixes the cursor of a batch that is about to be handed on; the reading itself goes on with a cursor of its own. */
function seal<State>(reading: Reading<State>, batch: Batch, file: SourceFile, identity: Cursor['file']): Batch {
  Object.assign(reading.cursor, fingerprint(file, reading.cursor.offset), { file: identity })
  batch.cursor = { ...reading.cursor, state: structuredClone(reading.cursor.state) }
  return batch
}

/** Takes whole lines: redacts, cuts blobs out, parses, and moves the cursor behind them. */
function takeRegion<State>(reading: Reading<State>, batch: Batch, region: Buffer, context: ReadContext): void {
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
    takeLine(reading, batch, line)
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

function skipLineEnd(bytes: Buffer): number {
  if (bytes[0] === 10) return 1
  return bytes[0] === 13 && bytes[1] === 10 ? 2 : 0
}

function takeLine<State>(
  reading: Reading<State>,
  batch: Batch,
  line: { bytes: Buffer; from: number; to: number; ascii: boolean },
): void {
  const { cursor } = reading
  const record = cursor.record++
  const number = ++cursor.line
  const read = parseLine(line.bytes, line.from, line.to, line.ascii)
  if (read.kind === 'unreadable') batch.problems.push({ line: number, reason: read.reason })
  if (read.kind === 'record') parseRecord(reading, batch, read.value, place(record, number, read.text))
}

function place(record: number, line: number, text: string): RecordPlace {
  return {
    record,
    line,
    lineId: () => `${hash48(`${text.length}:${text.slice(0, 512)}:${text.slice(-128)}`).toString(36)}:${line}`,
  }
}

/** A parser is ours and meant never to throw; if it does, one record is lost, not its neighbours. */
function parseRecord<State>(
  reading: Reading<State>,
  batch: Batch,
  value: Record<string, unknown>,
  where: RecordPlace,
): void {
  try {
    reading.parser.parse(reading.cursor.state.parser, value, where, batch)
  } catch (error) {
    batch.problems.push({ line: where.line, reason: `unexpected shape: ${error instanceof Error ? error.name : 'error'}` })
  }
}

/** The end of the file: a last line without line end is taken when it is a whole object, else it waits. */
function finishTail<State>(
  reading: Reading<State>,
  batch: Batch,
  tail: Buffer,
  file: SourceFile,
  context: ReadContext,
): void {
  if (tail.length === 0) return
  const body = reading.cursor.state.midLine ? tail.subarray(skipLineEnd(tail)) : tail
  const read = parseLine(body, 0, body.length, false)
  if (read.kind === 'record') {
    takeRegion(reading, batch, tail, context)
    reading.cursor.state.midLine = true
  } else if (read.kind === 'blank') {
    if (reading.cursor.state.midLine) takeRegion(reading, batch, tail, context)
  } else {
    reportWaiting(reading, batch, file, context)
  }
}

function reportWaiting<State>(reading: Reading<State>, batch: Batch, file: SourceFile, context: ReadContext): void {
  if (context.now() - file.identity().modifiedAtMs < IDLE_MS) return
  batch.problems.push({ line: reading.cursor.line + 1, reason: 'the last line is cut off in mid-record' })
}

/** A line longer than a region, now complete: parsed when blobs out of it leave little enough, else kept in parts. */
function takeLongLine<State>(reading: Reading<State>, batch: Batch, long: LongLine, context: ReadContext): void {
  const { cursor } = reading
  const firstRecord = cursor.record
  const line = long.whole()
  if (line) {
    const bytes = line.blobs.length === 0 ? context.redact(line.bytes) : redactAround(line.bytes, line.blobs, context)
    takeLine(reading, batch, { bytes, from: 0, to: bytes.length, ascii: isAscii(bytes) })
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
  for (const chunk of long.parts(firstRecord, cursor.offset, true)) batch.records.chunks.push(redactPart(chunk, context))
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

function redactPart(chunk: RawChunk, context: ReadContext): RawChunk {
  const bytes = Buffer.from(chunk.bytes)
  return { ...chunk, bytes: chunk.blobs.length === 0 ? context.redact(bytes) : redactAround(bytes, chunk.blobs, context) }
}

/**
 * A line too long for memory: its parts go out as they come. The cursor stays before the line, so that a reader that
 * comes back after a crash writes the same parts again, in the same places.
 */
function takeParts<State>(
  reading: Reading<State>,
  batch: Batch,
  long: LongLine,
  file: SourceFile,
  identity: Cursor['file'],
  context: ReadContext,
): Batch {
  for (const chunk of long.parts(reading.cursor.record, reading.cursor.offset, false)) {
    batch.records.chunks.push(redactPart(chunk, context))
  }
  return seal(reading, batch, file, identity)
}

/** Parses archived records again; see `Source.replay`. */
export async function* replayJsonl<State>(
  parser: LineParser<State>,
  ref: ReplayRef,
  records: AsyncIterable<ArchivedRecord>,
): AsyncGenerator<Batch> {
  let reading: Reading<State> | undefined
  let batch: Batch | undefined
  let bytes = 0
  for await (const { record, bytes: line } of records) {
    reading ??= startReading(parser, ref, undefined, record)
    batch ??= emptyBatch(reading.cursor)
    reading.cursor.record = record
    if (line) {
      const buffer = Buffer.from(line.buffer, line.byteOffset, line.byteLength)
      takeLine(reading, batch, { bytes: buffer, from: 0, to: buffer.length, ascii: false })
      bytes += line.length
    } else {
      reading.cursor.record++
      reading.cursor.line++
    }
    if (bytes < REGION_BYTES) continue
    batch.cursor = { ...reading.cursor, state: structuredClone(reading.cursor.state) }
    yield batch
    batch = undefined
    bytes = 0
  }
  if (!reading) return
  const last = batch ?? emptyBatch(reading.cursor)
  last.done = true
  last.cursor = { ...reading.cursor, state: structuredClone(reading.cursor.state) }
  yield last
}

const spareBuffers: Buffer[] = []

function takeBuffer(): Buffer {
  return spareBuffers.pop() ?? Buffer.allocUnsafeSlow(REGION_BYTES)
}

function freeBuffer(buffer: Buffer): void {
  if (spareBuffers.length < 2) spareBuffers.push(buffer)
}
