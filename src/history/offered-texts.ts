import { release } from '../archive/frames.ts'
import type { Source } from '../sources/source.ts'
import type { IndexBatch, IndexRow, LaggingTranscript, StoredTexts, TextBatch } from '../stores/search-store.ts'
import type { Store } from '../stores/store.ts'
import { indexedText } from './entry-text.ts'
import { failedSince, wholeRecords } from './texts.ts'

/**
 * What entries said when they were read, until it is indexed. Good only for a transcript whose words have never been taken out:
 * what the archive says may differ from then on.
 */
export class OfferedTexts {
  readonly #store: Store
  readonly #sources: readonly Source[]
  readonly #taken: (bytes: number) => void
  readonly #waiting = new Map<number, StoredTexts[]>()

  /** @param taken told of the bytes of text that are held no more */
  constructor(store: Store, sources: readonly Source[], taken: (bytes: number) => void) {
    this.#store = store
    this.#sources = sources
    this.#taken = taken
  }

  get transcriptIds(): number[] {
    return [...this.#waiting.keys()]
  }

  put(texts: StoredTexts): void {
    const before = this.#waiting.get(texts.transcriptId)
    if (before) before.push(texts)
    else this.#waiting.set(texts.transcriptId, [texts])
  }

  /** The text of what lags, as far as it was offered. Nothing is held for these transcripts afterwards. */
  async *read(lagging: readonly LaggingTranscript[]): AsyncGenerator<IndexBatch> {
    for (const transcript of lagging) {
      const { transcriptId, epoch } = transcript
      const offered = this.#waiting.get(transcriptId) ?? []
      this.#waiting.delete(transcriptId)
      const source = this.#sources.find(({ id }) => id === transcript.agent)
      let { fromRecord } = transcript
      for (const texts of offered) {
        const { throughRecord } = texts
        if (source && epoch === 0 && texts.fromRecord <= fromRecord && fromRecord < throughRecord) {
          const stretch = { ...transcript, fromRecord, toRecord: throughRecord }
          const batch = await this.#batchOf(stretch, texts)
          const failed = batch && (await failedSince(this.#store, source, stretch))
          if (failed) yield failed
          if (batch) {
            yield batch
            fromRecord = throughRecord
          }
        }
        this.#release(texts)
      }
    }
  }

  /** Holds nothing of these from now on. */
  drop(transcriptIds: readonly number[]): void {
    for (const id of transcriptIds) {
      for (const texts of this.#waiting.get(id) ?? []) this.#release(texts)
      this.#waiting.delete(id)
    }
  }

  #release({ text }: StoredTexts): void {
    const bytes = text.length
    release(text)
    this.#taken(bytes)
  }

  /** `undefined` where some entry of theirs said nothing. */
  async #batchOf(
    { transcriptId, agent, epoch, fromRecord, toRecord: throughRecord }: LaggingTranscript,
    texts: StoredTexts,
  ): Promise<IndexBatch | undefined> {
    const said = new SaidWalk(texts)
    const rows: TextBatch['rows'] = []
    for await (const some of wholeRecords(this.#store, transcriptId, fromRecord, throughRecord)) {
      const plans = await this.#store.entries.plans(
        some.filter(({ type }) => type === 'plan').map(({ rowId }) => rowId),
      )
      for (const row of some) {
        const items = plans.get(row.rowId)
        const text = items ? indexedText({ type: 'plan', items }) : said.of(row)
        if (text === undefined) return undefined
        rows.push({ row, text })
      }
    }
    return this.#store.search.pack({ transcriptId, agent, epoch, fromRecord, throughRecord, rows })
  }
}

/** Finds what entries said, asked in order of record and block. */
class SaidWalk {
  readonly #texts: StoredTexts
  #at = 0

  constructor(texts: StoredTexts) {
    this.#texts = texts
  }

  of({ record, block }: IndexRow): Uint8Array | undefined {
    const { records, blocks, ends, text } = this.#texts
    while (this.#at < records.length && records[this.#at]! < record) this.#at++
    // Blocks of one record need not be in order.
    for (let i = this.#at; records[i] === record; i++)
      if (blocks[i] === block) return text.subarray(i === 0 ? 0 : ends[i - 1], ends[i])
    return undefined
  }
}
