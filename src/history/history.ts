import type { Picture } from '../domain/picture.ts'
import type { Entry, EntryContent } from '../domain/entry.ts'
import type { SearchTerm } from '../domain/search-query.ts'
import type { EntryFilter } from '../stores/entry-store.ts'
import type { OffsetRequest, Page } from '../stores/page.ts'
import type { SearchFilter } from '../stores/search-store.ts'
import type { NamedSession } from '../stores/session-store.ts'

/** Entries with their text, read back from the archive, and search over them. */
export interface History {
  /** Entries in file order with `content`. */
  entries(filter: EntryFilter, page: OffsetRequest & { descending?: boolean }): Promise<Page<Entry>>
  search(request: SearchRequest): Promise<SearchReply>
  /** Pictures that a record holds, in its order. */
  pictures(transcriptId: number, record: number): Promise<Picture[]>
  /** Loads what reads text, so that who does not rank it need not. */
  words(): Promise<Words>
}

/** How search reads text, for whoever ranks and cuts texts that are no entries too. */
export interface Words {
  tokens(text: string): string[]
  entryText(content: EntryContent): string
  /** How often a term occurs in a text; counting stops at 50. */
  count(text: string, term: SearchTerm): number
  /** See `makeExcerpt`. */
  excerpt(text: string, terms: readonly SearchTerm[], length: number): string
}

export interface SearchRequest {
  /** As typed. Terms, "phrases", prefix*, -not. Any text is safe. */
  query: string
  filter: SearchFilter
  /** `newest` first unless asked for `relevance`. */
  order: 'newest' | 'relevance'
  /** Matches anywhere inside words, over short columns and, bounded, over text. */
  substring?: boolean
  limit: number
  cursor?: string
  /** How long text that is not in the index may be scanned, in milliseconds. Default 2,000. */
  budgetMs?: number
}

export interface SearchReply {
  items: SearchHit[]
  nextCursor: string | null
  /** True when the scan stopped at its budget: older entries were not looked at. */
  partial: boolean
  /** Entries in the index, and entries there are. */
  indexed: number
  entries: number
}

export interface SearchHit {
  entry: Entry
  session: NamedSession
  /** Text around the match; `marks` are [start, end) offsets in it. */
  snippet: string
  marks: [number, number][]
}
