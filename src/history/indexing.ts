import { setImmediate as letOthers } from 'node:timers/promises'
import { release } from '../archive/frames.ts'
import type { Source } from '../sources/source.ts'
import type { IndexBatch, LaggingTranscript } from '../stores/search-store.ts'
import type { Store } from '../stores/store.ts'
import type { OfferedTexts } from './offered-texts.ts'
import { archivedTexts, BATCH_TEXT, type TextReader } from './texts.ts'

const BATCHES_AT_ONCE = 500

export interface IndexingOptions {
  signal?: AbortSignal
  /** Called at the start, and after every batch that was written: entries that are in the index, of those there are. */
  progress?(progress: IndexingProgress): void
  /** Reads the text of what lags; by default this thread does, between writing and writing. */
  texts?: TextReader
  /** A reading that goes on meanwhile. Until it has ended nothing but what it hands over is indexed. */
  beside?: ReadingBeside
}

/** Transcripts are read into the store, and what they say is handed over. */
export interface ReadingBeside {
  offered: OfferedTexts
  /** Resolves when something was handed over, or to false when the reading has ended. */
  goesOn(): Promise<boolean>
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
  const { beside } = options
  for (let goesOn = beside !== undefined; beside && goesOn;) {
    // Asked first: what was handed over before the answer is taken by this pass.
    goesOn = await beside.goesOn()
    await run.takeOffered(beside.offered)
  }
  await run.takeLagging()
  await run.end()
}

class Indexing {
  readonly #store: Store
  readonly #texts: TextReader
  readonly #options: IndexingOptions
  #progress: IndexingProgress | undefined
  #waiting: IndexBatch[] = []
  #text = 0

  constructor(store: Store, sources: readonly Source[], options: IndexingOptions) {
    this.#store = store
    this.#texts = options.texts ?? archivedTexts(store, sources)
    this.#options = options
  }

  /** Takes what was handed over. What does not fill a batch waits for more. */
  async takeOffered(offered: OfferedTexts): Promise<void> {
    const ids = offered.transcriptIds
    if (ids.length === 0) return
    const lagging = this.#behindWaiting(await this.#store.search.lagging(ids))
    const behind = new Set(lagging.map(({ transcriptId }) => transcriptId))
    offered.drop(ids.filter((id) => !behind.has(id)))
    await this.#take(lagging, (some) => offered.read(some))
  }

  /** Reads all that lags now. What does not fill a batch waits for the end. */
  async takeLagging(): Promise<void> {
    const lagging = this.#behindWaiting(await this.#store.search.lagging())
    if (lagging.length + this.#waiting.length === 0) return
    await this.#begin()
    // Asked for nothing, it would start a thread.
    if (lagging.length > 0) await this.#take(lagging, this.#texts)
  }

  async #take(lagging: readonly LaggingTranscript[], texts: TextReader): Promise<void> {
    for await (const batch of texts(lagging)) {
      this.#options.signal?.throwIfAborted()
      this.#waiting.push(batch)
      this.#text += batch.text.length
      // One transaction, one segment of the index.
      if (this.#text >= BATCH_TEXT || this.#waiting.length >= BATCHES_AT_ONCE) await this.#flush()
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
    const rows = this.#waiting.reduce((sum, { rowIds }) => sum + rowIds.length, 0)
    await this.#store.search.add(this.#waiting)
    for (const { text } of this.#waiting) release(text)
    this.#waiting = []
    this.#text = 0
    if (this.#progress) {
      const { indexed, entries } = this.#progress
      this.#progress = { indexed: Math.min(entries, indexed + rows), entries }
      this.#options.progress?.(this.#progress)
    }
    // Lets messages and signals in, where this runs beside something else.
    await letOthers()
    this.#options.signal?.throwIfAborted()
  }
}
