import { fold } from '../domain/fold.ts'
import type { Source } from '../sources/source.ts'
import type { IndexBatch, IndexRow, LaggingTranscript, Store, StoredFrame } from '../stores/store.ts'
import { entryText } from './entry-text.ts'
import { Frame } from './frames.ts'

/** Text handed to the index at a time, in characters: one transaction, one segment. */
const BATCH_TEXT = 4 * 1024 * 1024
const BATCHES_AT_ONCE = 500
const ROWS_AT_ONCE = 2000

export interface IndexingOptions {
  signal?: AbortSignal
  /** Called after every batch that was written: entries that are in the index, of those there are. */
  progress?(progress: { indexed: number; entries: number }): void
}

/**
 * Brings the index up to date with the store: reads what lags back from the archive and adds its text.
 *
 * It can be stopped at any point and goes on where it was; it may run in several processes at once, though one does all
 * the work there is. Meant for a thread of its own with a store of its own: each batch keeps its thread busy for a while.
 *
 * @throws the signal's reason when it is aborted
 */
export async function bringIndexUpToDate(
  store: Store,
  sources: readonly Source[],
  options: IndexingOptions = {},
): Promise<void> {
  const lagging = await store.search.lagging()
  // What was deleted leaves the index also when nothing new has come since.
  if (lagging.length === 0) return store.search.tidy()
  const { signal, progress } = options
  let { indexed, entries } = progress ? await store.search.progress() : { indexed: 0, entries: 0 }
  let waiting: IndexBatch[] = []
  let text = 0
  const flush = async (): Promise<void> => {
    await store.search.add(waiting)
    indexed = Math.min(entries, indexed + waiting.reduce((sum, batch) => sum + batch.rows.length, 0))
    waiting = []
    text = 0
    progress?.({ indexed, entries })
    // Lets messages and signals in, where this runs beside something else.
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
  }
  for (const transcript of lagging) {
    signal?.throwIfAborted()
    for await (const batch of readBatches(store, sources, transcript)) {
      waiting.push(batch)
      text += batch.rows.reduce((sum, row) => sum + row.text.length, 0)
      if (text >= BATCH_TEXT || waiting.length >= BATCHES_AT_ONCE) await flush()
    }
  }
  if (waiting.length > 0) await flush()
  await store.search.tidy()
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
      const content = items ? ({ type: 'plan', items } as const) : source.content(await frames.read(row.record), row.block, row.type)
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
