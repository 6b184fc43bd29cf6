import type { EntryContent } from '../domain/entry.ts'
import type { Source } from '../sources/source.ts'
import type { EntryRow } from '../stores/entry-store.ts'
import type { Store } from '../stores/store.ts'
import { entryText } from './entry-text.ts'
import type { FrameCache } from './frames.ts'

/** Reads what entries say back from the archive. */
export class Contents {
  readonly #store: Store
  readonly #cache: FrameCache
  readonly #sources: Map<string, Source>

  constructor(store: Store, sources: readonly Source[], cache: FrameCache) {
    this.#store = store
    this.#cache = cache
    this.#sources = new Map(sources.map((source) => [source.id, source]))
  }

  /** In the order of `rows`; `undefined` where the archive or the source of that agent is not there. */
  async ofRows(rows: readonly EntryRow[]): Promise<(EntryContent | undefined)[]> {
    const plans = rows.filter((row) => row.type === 'plan').map((row) => row.rowId)
    const items = plans.length === 0 ? undefined : await this.#store.entries.plans(plans)
    const contents: (EntryContent | undefined)[] = []
    for (const row of rows) {
      const plan = items?.get(row.rowId)
      if (plan) {
        contents.push({ type: 'plan', items: plan })
        continue
      }
      const { transcriptId, record } = row
      // Rows in file order share their frames: waiting for what is here would take longer than reading it.
      const frame = this.#cache.find(transcriptId, record)
      const value = frame ? frame.value(record) : await this.#cache.value(transcriptId, record)
      contents.push(value === undefined ? undefined : this.#sources.get(row.agent)?.content(value, row.block, row.type))
    }
    return contents
  }

  /** What search sees of an entry; empty when there is nothing. */
  async textOf(row: EntryRow): Promise<string> {
    const [content] = await this.ofRows([row])
    return content ? entryText(content) : ''
  }
}
