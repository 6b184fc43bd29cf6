import { hash48 } from '../domain/ids.ts'
import { replayJsonl } from './jsonl.ts'
import type { LineParser } from './line-parser.ts'
import { startLongLine } from './long-line.ts'
import { packRows, unpackRows, type KnownRow } from './known-rows.ts'
import { emptyBatch } from './batch.ts'
import type { ArchivedRecord, ReadContext, ReplayRef, TranscriptRef } from './source.ts'
import type { FileIdentity } from './file-identity.ts'
import type { Batch, Cursor } from './batch.ts'
import { startReading, takeLongLine, takeRegion, type Reading } from './take-lines.ts'

/** Bytes handed on at a time; a longer row goes the way of long lines. */
const REGION_BYTES = 2 * 1024 * 1024
/** A row that is not finished is waited for until it has rested this long. */
const IDLE_MS = 60_000

/** A row as a listing shows it, without its content. */
export interface RowStamp {
  /** Names the row among all rows of its transcript: `part prt_1`. */
  key: string
  /** Differs when what is read of the row differs. */
  stamp: string
  /** Sums and latest of these are the transcript's identity: discovery tells a change from them. */
  sizeBytes: number
  updatedAtMs: number
  /** What comes behind it has begun: taken as it stands, and once it was taken whole not looked at again. */
  closed: boolean
}

/** One transcript in a database, open for reading. */
export interface RowReader {
  /** All its rows in the order of the conversation; `undefined` when the transcript is gone. */
  stamps(): RowStamp[] | undefined
  /** A row as one line of JSON without line end; `undefined` when it is gone. */
  line(row: RowStamp): string | undefined
  /** False while its agent is still writing it. */
  isFinished(row: RowStamp, line: string): boolean
  close(): void
}

/** A format whose transcripts are rows of a database: each row becomes a line that `parse` reads. */
export interface RowParser<State> extends LineParser<State> {
  open(ref: TranscriptRef): RowReader
}

/**
 * Reads what is new in a transcript that is rows of a database.
 *
 * The cursor knows every row that was taken, so that nothing depends on clocks: a row that is new is archived as one line,
 * one that changed once more, with the record it `replaces`; rows that vanished are named in a line of their own
 * (`withdrawn`). Rows go out in the order of the conversation. One that is still being written is waited for, with all
 * that follow it, until it is finished, something came behind its turn, or it has rested a minute.
 */
export async function* readRows<State>(
  parser: RowParser<State>,
  ref: TranscriptRef,
  stored: Cursor | undefined,
  context: ReadContext,
): AsyncGenerator<Batch> {
  const rows = parser.open(ref)
  try {
    const stamps = rows.stamps()
    if (stamps === undefined) return
    const reading = startReading(withRevisions(parser), ref, stored, 0)
    const known = unpackRows((stored?.state as { rows?: string } | undefined)?.rows)
    const seal = (batch: Batch, file: FileIdentity): Batch => {
      const { midLine, parser: state } = reading.cursor.state
      const cursor = {
        ...reading.cursor,
        file,
        state: structuredClone({ midLine, parser: state, rows: packRows(known) }),
      }
      return { ...batch, cursor }
    }
    const identity = identityOf(ref, stamps)
    const partial = { ...identity, modifiedAtMs: 0 }
    let batch = emptyBatch(reading.cursor)
    let lines: Buffer[] = []
    let size = 0
    const flush = (): void => {
      takeLines(reading, batch, lines, context)
      lines = []
      size = 0
    }
    const isWaiting = yield* takeStamps()
    flush()
    yield { ...seal(batch, isWaiting ? partial : identity), done: true }

    function* takeStamps(): Generator<Batch, boolean> {
      const gone = new Map(known)
      let waiting = false
      for (const stamp of stamps!) {
        const key = hash48(stamp.key)
        const before = known.get(key)
        gone.delete(key)
        if (waiting || (before && isStanding(before, stamp))) continue
        const line = rows.line(stamp)
        if (line === undefined) continue
        const finished = rows.isFinished(stamp, line)
        waiting = !finished && !stamp.closed && context.now() - stamp.updatedAtMs < IDLE_MS
        if (waiting) continue
        const bytes = Buffer.from(`${before ? line.replace('{', `{"replaces":${before.record},`) : line}\n`)
        if (lines.length > 0 && size + bytes.length > REGION_BYTES) {
          context.signal?.throwIfAborted()
          flush()
          yield seal(batch, partial)
          batch = emptyBatch(reading.cursor)
        }
        known.set(key, { stamp: hash32(stamp.stamp), record: reading.cursor.record + lines.length, finished })
        lines.push(bytes)
        size += bytes.length
      }
      if (gone.size === 0) return waiting
      for (const key of gone.keys()) known.delete(key)
      const withdrawn = [...gone.values()].map(({ record }) => record).sort((a, b) => a - b)
      lines.push(Buffer.from(`${JSON.stringify({ withdrawn })}\n`))
      return waiting
    }
  } finally {
    rows.close()
  }
}

function isStanding(before: KnownRow, stamp: RowStamp): boolean {
  return before.stamp === hash32(stamp.stamp) || (stamp.closed && before.finished)
}

function hash32(text: string): number {
  return hash48(text) % 2 ** 32
}

/** What discovery must say of a transcript so that one without changes is not opened. */
function identityOf({ file }: TranscriptRef, stamps: RowStamp[]): FileIdentity {
  const sizeBytes = stamps.reduce((sum, row) => sum + row.sizeBytes, 0)
  const modifiedAtMs = stamps.reduce((latest, row) => Math.max(latest, row.updatedAtMs), 0)
  return { device: file.device, inode: file.inode, sizeBytes, modifiedAtMs }
}

function takeLines<State>(reading: Reading<State>, batch: Batch, lines: Buffer[], context: ReadContext): void {
  const [first] = lines
  if (first === undefined) return
  if (first.length <= REGION_BYTES) return takeRegion(reading, batch, Buffer.concat(lines), context)
  const long = startLongLine()
  long.push(first)
  takeLongLine(reading, batch, long, context)
  takeLines(reading, batch, lines.slice(1), context)
}

/** Parses archived rows again; see `Source.replay`. */
export function replayRows<State>(
  parser: RowParser<State>,
  ref: ReplayRef,
  records: AsyncIterable<ArchivedRecord>,
): AsyncGenerator<Batch> {
  return replayJsonl(withRevisions(parser), ref, records)
}

/** Reads what a line says of earlier ones, the same from the database and from the archive. */
function withRevisions<State>(parser: LineParser<State>): LineParser<State> {
  return {
    initial: (ref) => parser.initial(ref),
    parse(state, record, place, batch) {
      const { withdrawn, replaces } = record
      if (Array.isArray(withdrawn)) {
        withdraw(batch, withdrawn)
        return
      }
      if (replaces !== undefined) withdraw(batch, [replaces])
      parser.parse(state, record, place, batch)
    },
  }
}

function withdraw(batch: Batch, records: unknown[]): void {
  batch.withdrawn ??= []
  for (const record of records) if (Number.isSafeInteger(record)) batch.withdrawn.push(record as number)
}
