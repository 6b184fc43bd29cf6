import type { SearchTerm, SearchTerms } from '../domain/search-query.ts'
import { textMatcher } from '../domain/text-match.ts'
import type { EntryRow } from '../stores/entry-store.ts'
import type { SearchFilter, SearchPage } from '../stores/search-store.ts'
import { newestFirst, type Matches, type MatchPage } from './matches.ts'
import type { Reading } from './open.ts'
import type { Question } from './query.ts'
import { scanText } from './scan.ts'

/** Newest first: the index as far as it reaches, the text of what it does not hold yet, merged. */
export async function newestMatches(reading: Reading, question: Question, page: MatchPage): Promise<Matches> {
  const { limit, position: beforeRowId, deadline, untilMs } = page
  // Marks first: an entry that is indexed meanwhile is then found twice, never not at all.
  const lagging = await reading.store.search.lagging()
  const indexed = await indexedMatches(reading, question, { limit: limit + 1, beforeRowId, untilMs })
  if (lagging.length === 0) return paged(indexed, limit)
  const holds = textMatcher(question.terms)
  const scan = await scanText(
    (rows, before) =>
      reading.store.search.candidates(question.filter, { limit: rows, beforeRowId: before, untilMs, lagging }),
    async (row) => holds(await reading.contents.textOf(row)),
    { want: limit + 1, floor: indexed[limit]?.rowId ?? -1, deadline, beforeRowId },
  )
  const { stoppedAt } = scan
  const found = newestFirst([...indexed, ...scan.hits])
  if (stoppedAt === undefined) return paged(found, limit)
  // Below the place where the scan stopped an answer would have holes; the next page goes on from there.
  const known = found.filter((row) => row.rowId >= stoppedAt)
  if (known.length > limit) return paged(known, limit)
  return { rows: known, next: stoppedAt, partial: true }
}

function paged(found: EntryRow[], limit: number): Matches {
  const rows = found.slice(0, limit)
  return { rows, next: found.length > limit ? rows.at(-1)?.rowId : undefined, partial: false }
}

/**
 * Rows looked at one by one before the index is asked for a short prefix, by the prefix's length. For `a*` the index
 * would first put together nearly every row it has, while nearly every row is a hit.
 */
const PROBED_ROWS = [0, 800, 400, 160]

async function indexedMatches(reading: Reading, { terms, filter }: Question, page: SearchPage): Promise<EntryRow[]> {
  const { search } = reading.store
  const short = terms.all.filter(isShortPrefix)
  const probe = Math.min(...short.map((term) => PROBED_ROWS[lastLength(term)] ?? 0))
  if (short.length > 0) {
    const rest = {
      all: terms.all.filter((term) => !isShortPrefix(term)),
      none: terms.none.filter((term) => !isShortPrefix(term)),
    }
    const holds = textMatcher(terms)
    const scan = await scanText(
      (rows, before) => rowsFor(reading, rest, filter, { ...page, limit: rows, beforeRowId: before }),
      async (row) => holds(await reading.contents.textOf(row)),
      { want: page.limit, floor: -1, deadline: Infinity, beforeRowId: page.beforeRowId, mostRows: probe },
    )
    if (scan.stoppedAt === undefined) return scan.hits
  }
  return search.match(terms, filter, page)
}

function rowsFor({ store }: Reading, terms: SearchTerms, filter: SearchFilter, page: SearchPage): Promise<EntryRow[]> {
  return terms.all.length > 0 ? store.search.match(terms, filter, page) : store.search.candidates(filter, page)
}

function isShortPrefix(term: SearchTerm): boolean {
  return term.prefix && lastLength(term) < PROBED_ROWS.length
}

function lastLength(term: SearchTerm): number {
  return term.tokens.at(-1)?.length ?? 0
}
