import { hash } from 'node:crypto'
import { RECORD_END } from '../domain/record-end.ts'
import { cutBlobs, MIN_BLOB_BYTES } from './blobs.ts'
import { parseLine } from './json-line.ts'
import type { LineParser } from './line-parser.ts'
import { listItems } from './list-items.ts'
import { openSourceFile } from './source-file.ts'
import { emptyBatch } from './batch.ts'
import type { ArchivedRecord, ReadContext, ReplayRef, TranscriptRef } from './source.ts'
import type { FileIdentity } from './file-identity.ts'
import type { Batch, Cursor } from './batch.ts'
import { parseRecord, recordPlace, startReading, type Reading } from './take-lines.ts'

/** Larger documents are left where they are and named. */
const MAX_DOCUMENT_BYTES = 256 * 1024 * 1024
/** Bytes handed on at a time. */
const BATCH_BYTES = 2 * 1024 * 1024

/** A format of one JSON document that its agent writes anew at every change. */
export interface DocumentParser<State> extends LineParser<State> {
  /** Key of the list whose items are the records; null when the document itself is that list. */
  readonly list: string | null
  /** Takes what the document says besides its list. Called before the items; not for items of an earlier version. */
  header?(state: State, header: Record<string, unknown>, batch: Batch): void
}

/**
 * Reads a JSON document that is rewritten whole, from its start whenever it changed.
 *
 * The archive keeps the document's own bytes, cut in front of and behind each item: what is put together again is the
 * document. Items of an earlier version that are in it no more are withdrawn. A document that is being written (cut off,
 * not JSON) is named and leaves what was read before as it is.
 */
export async function* readDocument<State>(
  parser: DocumentParser<State>,
  ref: TranscriptRef,
  stored: Cursor | undefined,
  context: ReadContext,
): AsyncGenerator<Batch> {
  const { bytes, file } = readWhole(ref.path)
  const digest = bytes && hash('sha256', bytes, 'hex')
  if (stored && (digest === stored.tailHash || file.sizeBytes === 0)) {
    yield { ...emptyBatch({ ...stored, file }), done: true }
    return
  }
  const clean = bytes && context.redact(bytes)
  const pieces = clean && cutDocument(clean, parser.list)
  if (clean === undefined || pieces === undefined) {
    yield unreadable(parser, ref, stored, file, clean === undefined)
    return
  }
  const reading = startReading(parser, ref, undefined, stored?.record ?? 0)
  let batch = emptyBatch(reading.cursor)
  if (stored) batch.restarted = true
  parser.header?.(reading.cursor.state.parser, pieces.header, batch)
  for (const group of pieceGroups(pieces.ends)) {
    context.signal?.throwIfAborted()
    if (group.from > 0) {
      yield { ...batch, rewritten: true, cursor: settle(reading, file) }
      batch = emptyBatch(reading.cursor)
    }
    takePieces(reading, batch, clean, group, pieces.ends, context)
  }
  Object.assign(reading.cursor, { offset: file.sizeBytes, tailHash: digest, tailBytes: file.sizeBytes })
  yield { ...batch, rewritten: true, done: true, cursor: settle(reading, file) }
}

function readWhole(path: string): { bytes: Buffer | undefined; file: FileIdentity } {
  const source = openSourceFile(path)
  try {
    const file = source.identity()
    if (file.sizeBytes > MAX_DOCUMENT_BYTES) return { bytes: undefined, file }
    const bytes = Buffer.allocUnsafe(file.sizeBytes)
    return { bytes: bytes.subarray(0, source.read(bytes, 0, bytes.length, 0)), file }
  } finally {
    source.close()
  }
}

/** Ends of the pieces a document is cut into, in turn what is not an item and an item, and what it says besides its list. */
function cutDocument(
  bytes: Buffer,
  list: string | null,
): { ends: number[]; header: Record<string, unknown> } | undefined {
  const items = listItems(bytes, list)
  if (items === undefined) return undefined
  const last = items.at(-1)
  const header = headerOf(bytes.subarray(0, items[0]?.[0]), last && bytes.subarray(last[1]), list)
  return header && { ends: [...items.flat(), bytes.length], header }
}

function headerOf(head: Buffer, tail: Buffer | undefined, list: string | null): Record<string, unknown> | undefined {
  if (list === null) return {}
  const text = tail ? Buffer.concat([head, tail]) : head
  const read = parseLine(text, 0, text.length, false)
  return read.kind === 'record' ? read.value : undefined
}

function unreadable<State>(
  parser: DocumentParser<State>,
  ref: TranscriptRef,
  stored: Cursor | undefined,
  file: FileIdentity,
  tooLarge: boolean,
): Batch {
  const cursor = { ...(stored ?? startReading(parser, ref, undefined, 0).cursor), file }
  const limit = `larger than ${MAX_DOCUMENT_BYTES / 1024 / 1024} MB: not read`
  const reason = tooLarge ? limit : 'not a whole JSON document with a list of records'
  return { ...emptyBatch(cursor), done: true, problems: file.sizeBytes === 0 ? [] : [{ line: 1, reason }] }
}

function settle<State>({ cursor }: Reading<State>, file: FileIdentity): Cursor {
  return { ...cursor, file, state: structuredClone(cursor.state) }
}

/** Pieces `[from, to)` of about `BATCH_BYTES`, and where the first begins. */
interface PieceGroup {
  from: number
  to: number
  start: number
}

function* pieceGroups(ends: number[]): Generator<PieceGroup> {
  let from = 0
  let start = 0
  for (const [piece, end] of ends.entries()) {
    if (end - start < BATCH_BYTES && piece < ends.length - 1) continue
    yield { from, to: piece + 1, start }
    from = piece + 1
    start = end
  }
}

function takePieces<State>(
  reading: Reading<State>,
  batch: Batch,
  document: Buffer,
  group: PieceGroup,
  documentEnds: number[],
  context: ReadContext,
): void {
  const { cursor } = reading
  const kept: Uint8Array[] = []
  const chunk = {
    firstRecord: cursor.record,
    sourceOffset: group.start,
    blobs: [] as Batch['records']['chunks'][0]['blobs'],
  }
  const ends: number[] = []
  let start = group.start
  let size = 0
  for (let piece = group.from; piece < group.to; piece++) {
    const end = documentEnds[piece]!
    const whole = document.subarray(start, end)
    const { bytes, blobs } = whole.length < MIN_BLOB_BYTES ? { bytes: whole, blobs: [] } : cutBlobs(whole)
    for (const blob of blobs) chunk.blobs.push({ ...blob, offset: size + blob.offset })
    kept.push(bytes, Uint8Array.of(RECORD_END))
    size += bytes.length + 1
    ends.push(size)
    takePiece(reading, batch, bytes as Buffer, piece % 2 === 1, context)
    for (const byte of whole) if (byte === 10) cursor.line++
    start = end
  }
  const sourceBytes = start - group.start
  batch.records.chunks.push({ ...chunk, bytes: Buffer.concat(kept), ends: Uint32Array.from(ends), sourceBytes })
}

function takePiece<State>(
  reading: Reading<State>,
  batch: Batch,
  bytes: Buffer,
  isItem: boolean,
  context?: ReadContext,
): void {
  const { cursor } = reading
  const record = cursor.record++
  if (!isItem) return
  const line = cursor.line + 1
  const read = parseLine(bytes, 0, bytes.length, false)
  if (read.kind === 'unreadable') batch.problems.push({ line, reason: read.reason })
  if (read.kind === 'record') parseRecord(reading, batch, read.value, recordPlace(record, line, read.text), context)
}

/** Parses the archived pieces of a document again, and of its earlier versions what is kept of them. See `Source.replay`. */
export async function* replayDocument<State>(
  parser: DocumentParser<State>,
  ref: ReplayRef,
  records: AsyncIterable<ArchivedRecord>,
): AsyncGenerator<Batch> {
  let version: { record: number; bytes: Buffer }[] = []
  let reading: Reading<State> | undefined
  for await (const { record, bytes } of records) {
    const piece = Buffer.from(bytes ?? new Uint8Array())
    const text = piece.at(-1) === RECORD_END ? piece.subarray(0, -1) : piece
    if (isHead(text, version) && version.length > 0) {
      reading ??= startReading(parser, ref, undefined, version[0]!.record)
      yield replayVersion(reading, parser, ref, version)
      version = []
    }
    version.push({ record, bytes: text })
  }
  if (version.length === 0) return
  reading ??= startReading(parser, ref, undefined, version[0]!.record)
  yield { ...replayVersion(reading, parser, ref, version), done: true }
}

/** A document begins with what opens its list, which is no JSON by itself. */
function isHead(piece: Buffer, version: { record: number }[]): boolean {
  if (version.length === 0) return true
  const first = piece.toString('latin1', 0, 16).trimStart()[0]
  return (first === '{' || first === '[') && parseLine(piece, 0, piece.length, false).kind !== 'record'
}

function replayVersion<State>(
  reading: Reading<State>,
  parser: DocumentParser<State>,
  ref: ReplayRef,
  version: { record: number; bytes: Buffer }[],
): Batch {
  const { cursor } = reading
  Object.assign(cursor.state, { parser: parser.initial(ref) })
  Object.assign(cursor, { record: version[0]!.record, line: 0 })
  const batch = emptyBatch(cursor)
  const header = headerOf(version[0]!.bytes, version.at(-1)!.bytes, parser.list)
  if (header && version.length > 1) parser.header?.(cursor.state.parser, header, batch)
  for (const { record, bytes } of version) {
    cursor.record = record
    takePiece(reading, batch, bytes, parseLine(bytes, 0, bytes.length, false).kind === 'record')
    for (const byte of bytes) if (byte === 10) cursor.line++
  }
  return { ...batch, rewritten: true, cursor: { ...cursor, state: structuredClone(cursor.state) } }
}
