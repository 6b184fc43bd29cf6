import type { Source } from '../sources/source.ts'
import type { StoredFrame } from '../stores/archive-store.ts'
import type { IndexBatch, IndexRow, LaggingTranscript, TextBatch } from '../stores/search-store.ts'
import type { Store } from '../stores/store.ts'
import { indexedText } from './entry-text.ts'
import { Frame } from './frames.ts'

/** Text of one batch at most, in characters or bytes, if its records are not longer. */
export const BATCH_TEXT = 6 * 1024 * 1024
const ROWS_AT_ONCE = 2000

/** Reads the text of what lags, transcript by transcript. */
export type TextReader = (lagging: readonly LaggingTranscript[]) => AsyncIterable<IndexBatch>

/** Reads it back from the archive, in the calling thread. */
export function archivedTexts(store: Store, sources: readonly Source[]): TextReader {
  return async function* read(lagging) {
    for (const transcript of lagging) yield* readBatches(store, sources, transcript)
  }
}

/** The text of what lags in one transcript, in stretches of whole records that follow each other. */
async function* readBatches(
  store: Store,
  sources: readonly Source[],
  { transcriptId, agent, fromRecord, toRecord, epoch }: LaggingTranscript,
): AsyncGenerator<IndexBatch> {
  const source = sources.find((each) => each.id === agent)
  // Without its reader the text cannot be told from the rest; it stays unindexed until there is one.
  if (!source) return
  const failed = await failedSince(store, source, { transcriptId, agent, fromRecord, epoch, toRecord })
  if (failed) yield failed
  const frames = new FrameWalk(store, transcriptId)
  let batch: TextBatch = { transcriptId, agent, epoch, fromRecord, throughRecord: toRecord, rows: [] }
  let text = 0
  for await (const rows of wholeRecords(store, transcriptId, fromRecord, toRecord)) {
    const plans = await store.entries.plans(rows.filter((row) => row.type === 'plan').map((row) => row.rowId))
    for (const row of rows) {
      if (text >= BATCH_TEXT && row.record > (batch.rows.at(-1)?.row.record ?? row.record)) {
        yield store.search.pack({ ...batch, throughRecord: row.record })
        batch = { ...batch, fromRecord: row.record, rows: [] }
        text = 0
      }
      const items = plans.get(row.rowId)
      const content = items
        ? ({ type: 'plan', items } as const)
        : source.content(await frames.read(row.record), row.block, row.type)
      const folded = indexedText(content)
      text += folded.length
      batch.rows.push({ row, text: folded })
    }
  }
  frames.release()
  yield store.search.pack(batch)
}

/**
 * Calls of indexed records whose failure is told in what lags: they stand in the index as if they had not failed.
 *
 * @returns `undefined` when there are none
 */
export async function failedSince(
  store: Store,
  source: Source,
  { transcriptId, agent, fromRecord, toRecord, epoch }: LaggingTranscript,
): Promise<IndexBatch | undefined> {
  const rows = fromRecord === 0 ? [] : await store.search.failedSince(transcriptId, fromRecord, toRecord)
  if (rows.length === 0) return undefined
  const frames = new FrameWalk(store, transcriptId)
  const said: TextBatch['rows'] = []
  for (const row of rows) {
    said.push({ row, text: indexedText(source.content(await frames.read(row.record), row.block, row.type)) })
  }
  frames.release()
  return store.search.pack({ transcriptId, agent, epoch, fromRecord, throughRecord: fromRecord, rows: said })
}

/** Rows of records [from, to), about `ROWS_AT_ONCE` at a time, never half a record. */
export async function* wholeRecords(
  store: Store,
  transcriptId: number,
  from: number,
  to: number,
): AsyncGenerator<IndexRow[]> {
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

  /** Holds nothing from now on. */
  release(): void {
    this.#frame?.release()
    this.#frame = undefined
  }

  async #reach(record: number): Promise<boolean> {
    this.#frames ??= this.#store.archive.frames(this.#transcriptId, { fromRecord: record })[Symbol.asyncIterator]()
    while (!this.#frame || record >= this.#frame.firstRecord + this.#frame.recordCount) {
      const { value, done } = await this.#frames.next()
      if (done) return false
      if (value.part !== null) continue
      this.#frame?.release()
      this.#frame = new Frame(value)
    }
    return this.#frame.holds(record)
  }
}
