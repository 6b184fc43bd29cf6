import { parseLine } from './json-line.ts'
import type { LineParser } from './line-parser.ts'
import { startLongLine, type LongLine } from './long-line.ts'
import { isPacked, openPackedFile } from './packed-file.ts'
import { fingerprint, goesOn, openSourceFile, type SourceFile } from './source-file.ts'
import { emptyBatch } from './batch.ts'
import type { ArchivedRecord, ReadContext, ReplayRef, TranscriptRef } from './source.ts'
import type { Batch, Cursor } from './batch.ts'
import {
  redactPart,
  safeCut,
  skipLineEnd,
  startReading,
  takeLine,
  takeLongLine,
  takeRegion,
  type Reading,
} from './take-lines.ts'

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
  const file = isPacked(ref.path) ? openPackedFile(ref.path) : openSourceFile(ref.path)
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

  let identity = before
  let held = 0
  let long: LongLine | undefined
  for (;;) {
    context.signal?.throwIfAborted()
    // As it is before its end is read: what is written from here on must show as a change.
    identity = file.identity()
    const at = reading.cursor.offset + (long?.sourceBytes ?? 0) + held
    const filled = held + (await file.read(buffer, held, buffer.length - held, at))
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
  if (file.damage !== undefined) batch.problems.push({ line: reading.cursor.line + 1, reason: file.damage })
  batch.done = true
  yield seal(reading, batch, file, identity)
}

/** Fixes the cursor of a batch that is about to be handed on; the reading itself goes on with a cursor of its own. */
function seal<State>(reading: Reading<State>, batch: Batch, file: SourceFile, identity: Cursor['file']): Batch {
  Object.assign(reading.cursor, fingerprint(file, reading.cursor.offset), { file: identity })
  batch.cursor = { ...reading.cursor, state: structuredClone(reading.cursor.state) }
  return batch
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
  for (const chunk of long.parts(reading.cursor.record, reading.cursor.offset, false, safeCut(context))) {
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
