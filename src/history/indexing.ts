import { fold } from '../domain/fold.ts'
import type { Source } from '../sources/source.ts'
import type { IndexBatch, IndexRow, LaggingTranscript, Store, StoredFrame } from '../stores/store.ts'
import { entryText } from './entry-text.ts'
import { Frame } from './frames.ts'

/** Text handed to the index at a time, in characters: one transaction, one segment. */
const BATCH_TEXT = 8 * 1024 * 1024
const BATCHES_AT_ONCE = 500
const ROWS_AT_ONCE = 2000
/** While others read, it is looked again after so many milliseconds. */
const PAUSE_MS = 100

export interface IndexingOptions {
  signal?: AbortSignal
  /** Called at the start, and after every batch that was written: entries that are in the index, of those there are. */
  progress?(progress: IndexingProgress): void
  /** True while somebody reads transcripts into the store: until then it goes on waiting for more. */
  reading?(): boolean
}

export interface IndexingProgress {
  indexed: number
  entries: number
}

/**
 * Brings the index up to date with the store: reads what lags back from the archive and adds its text.
 *
 * It can be stopped at any point and goes on where it was; it may run in several processes at once, though one does all
 * the work there is. Much of it is meant for a thread (`index-thread.ts`): each batch keeps its thread busy for a while.
 *
 * @throws the signal's reason when it is aborted
 */
export async function bringIndexUpToDate(
  store: Store,
  sources: readonly Source[],
  options: IndexingOptions = {},
): Promise<void> {
  const run = new Indexing(store, sources, options)
  for (;;) {
    // Asked first: what was read before the answer is found by this pass.
    const reading = options.reading?.() ?? false
    await run.pass()
    if (!reading) break
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  await run.end()
}

class Indexing {
  readonly #store: Store
  readonly #sources: readonly Source[]
  readonly #options: IndexingOptions
  #progress: IndexingProgress | undefined
  #waiting: IndexBatch[] = []
  #text = 0

  constructor(store: Store, sources: readonly Source[], options: IndexingOptions) {
    this.#store = store
    this.#sources = sources
    this.#options = options
  }

  /** Reads all that lags now. What does not fill a batch waits for more. */
  async pass(): Promise<void> {
    const lagging = this.#behindWaiting(await this.#store.search.lagging())
    if (lagging.length > 0) await this.#begin()
    for (const transcript of lagging) {
      this.#options.signal?.throwIfAborted()
      for await (const batch of readBatches(this.#store, this.#sources, transcript)) {
        this.#waiting.push(batch)
        this.#text += batch.rows.reduce((sum, row) => sum + row.text.length, 0)
        if (this.#text >= BATCH_TEXT || this.#waiting.length >= BATCHES_AT_ONCE) await this.#flush()
      }
    }
  }

  async end(): Promise<void> {
    if (this.#waiting.length > 0) await this.#flush()
    // What was deleted leaves the index also when nothing new has come since.
    await this.#store.search.tidy()
  }

  async #begin(): Promise<void> {
    const { progress } = this.#options
    if (!progress) return
    this.#progress = await this.#store.search.progress()
    progress(this.#progress)
  }

  #behindWaiting(lagging: LaggingTranscript[]): LaggingTranscript[] {
    const last = new Map(this.#waiting.map((batch) => [batch.transcriptId, batch]))
    return lagging
      .map((transcript) => {
        const waiting = last.get(transcript.transcriptId)
        return waiting?.epoch === transcript.epoch ? { ...transcript, fromRecord: waiting.throughRecord } : transcript
      })
      .filter(({ fromRecord, toRecord }) => fromRecord < toRecord)
  }

  async #flush(): Promise<void> {
    const rows = this.#waiting.reduce((sum, batch) => sum + batch.rows.length, 0)
    await this.#store.search.add(this.#waiting)
    this.#waiting = []
    this.#text = 0
    if (this.#progress) {
      const { indexed, entries } = this.#progress
      this.#progress = { indexed: Math.min(entries, indexed + rows), entries }
      this.#options.progress?.(this.#progress)
    }
    // Lets messages and signals in, where this runs beside something else.
    await new Promise((resolve) => setImmediate(resolve))
    this.#options.signal?.throwIfAborted()
  }
}

/** The text of what lags in one transcript, in stretches of whole records that follow each other. */
async function* readBatches(
  store: Store,
  sources: readonly Source[],
  { transcriptId, fromRecord, toRecord, epoch }: LaggingTranscript,
): AsyncGenerator<IndexBatch> {
  const { agent } = await store.transcripts.get(transcriptId)
  const source = sources.find((each) => each.id === agent)
  // Without its reader the text cannot be told from the rest; it stays unindexed until there is one.
  if (!source) return
  const frames = new FrameWalk(store, transcriptId)
  let batch: IndexBatch = { transcriptId, epoch, fromRecord, throughRecord: toRecord, rows: [] }
  let text = 0
  for await (const rows of wholeRecords(store, transcriptId, fromRecord, toRecord)) {
    const plans = await store.entries.plans(rows.filter((row) => row.type === 'plan').map((row) => row.rowId))
    for (const row of rows) {
      if (text >= BATCH_TEXT && row.record > (batch.rows.at(-1)?.row.record ?? row.record)) {
        yield { ...batch, throughRecord: row.record }
        batch = { ...batch, fromRecord: row.record, rows: [] }
        text = 0
      }
      const items = plans.get(row.rowId)
      const content = items
        ? ({ type: 'plan', items } as const)
        : source.content(await frames.read(row.record), row.block, row.type)
      const folded = content ? fold(entryText(content)) : ''
      text += folded.length
      batch.rows.push({ row, text: folded })
    }
  }
  yield batch
}

/** Rows of records [from, to), about `ROWS_AT_ONCE` at a time, never half a record. */
async function* wholeRecords(store: Store, transcriptId: number, from: number, to: number): AsyncGenerator<IndexRow[]> {
  let limit = ROWS_AT_ONCE
  while (from < to) {
    const rows = await store.search.rows(transcriptId, from, limit)
    const next = rows.length < limit ? to : (rows.at(-1) as IndexRow).record
    const whole = rows.filter((row) => row.record < next && row.record < to)
    // A single record can have more entries than were asked for.
    limit = next === from ? limit * 4 : ROWS_AT_ONCE
    if (whole.length > 0) yield whole
    from = next
  }
}

/** Reads records in rising order, a few frames at a time, keeping none. */
class FrameWalk {
  readonly #store: Store
  readonly #transcriptId: number
  #frames: AsyncIterator<StoredFrame> | undefined
  #frame: Frame | undefined
  #record = -1
  #value: unknown

  constructor(store: Store, transcriptId: number) {
    this.#store = store
    this.#transcriptId = transcriptId
  }

  /** The record as JSON says it; `undefined` when it is not in the archive or cannot be read. */
  async read(record: number): Promise<unknown> {
    if (record === this.#record) return this.#value
    this.#record = record
    this.#value = (await this.#reach(record)) ? this.#frame?.read(record) : undefined
    return this.#value
  }

  async #reach(record: number): Promise<boolean> {
    this.#frames ??= this.#store.archive.frames(this.#transcriptId, { fromRecord: record })[Symbol.asyncIterator]()
    while (!this.#frame || record >= this.#frame.firstRecord + this.#frame.recordCount) {
      const { value, done } = await this.#frames.next()
      if (done) return false
      if (value.part === null) this.#frame = new Frame(value)
    }
    return this.#frame.holds(record)
  }
}
