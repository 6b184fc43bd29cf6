import { fold } from '../domain/fold.ts'
import { occurrences, textMatcher } from '../domain/text-match.ts'
import type { SearchTerms } from '../domain/search-query.ts'
import type { EntryRow } from '../stores/entry-store.ts'
import type { Matches, MatchPage } from './matches.ts'
import type { Reading } from './open.ts'
import type { Question } from './query.ts'
import { scanText } from './scan.ts'

/** So many of the newest matches are ranked; older ones are reached newest first. */
const RANKED_ROWS = 2000
/** So many of the best by kind and length are read and ordered by how often the words occur. */
const READ_ROWS = 64
const UNINDEXED_ROWS = 200
/** bm25's usual constants. */
const SATURATION = 1.2
const LENGTH_SHARE = 0.75

interface Scored {
  row: EntryRow
  score: number
}

/** The newest few thousand matches, best first. */
export async function rankedMatches(reading: Reading, { terms, filter }: Question, page: MatchPage): Promise<Matches> {
  const { store, contents } = reading
  const { untilMs } = page
  const lagging = await store.search.lagging()
  const indexed = await store.search.rank(terms, filter, { limit: RANKED_ROWS, untilMs })
  const holds = textMatcher(terms)
  const scan = await scanText(
    (limit, beforeRowId) =>
      lagging.length === 0
        ? Promise.resolve([])
        : store.search.candidates(filter, { limit, beforeRowId, untilMs, lagging }),
    async (row) => holds(await contents.textOf(row)),
    { want: UNINDEXED_ROWS, floor: -1, deadline: page.deadline, beforeRowId: undefined },
  )
  const known = new Set(scan.hits.map((row) => row.rowId))
  const first = [
    ...scan.hits.map((row) => ({ row, score: 1 })),
    ...indexed.filter(({ row }) => !known.has(row.rowId)),
  ].sort(byScore)
  const best = await readAndScore(reading, terms, first.slice(0, READ_ROWS))
  const ranked = [...best.sort(byScore), ...first.slice(READ_ROWS)]
  const from = page.position ?? 0
  const end = from + page.limit
  return {
    rows: ranked.slice(from, end).map(({ row }) => row),
    next: end < ranked.length ? end : undefined,
    partial: scan.stoppedAt !== undefined,
  }
}

async function readAndScore({ contents }: Reading, terms: SearchTerms, rows: Scored[]): Promise<Scored[]> {
  const texts: string[] = []
  for (const { row } of rows) texts.push(fold(await contents.textOf(row)).toLowerCase())
  const mean = texts.reduce((sum, text) => sum + text.length, 0) / Math.max(1, texts.length)
  return rows.map(({ row, score }, i) => {
    const text = texts[i] as string
    const length = 1 - LENGTH_SHARE + (LENGTH_SHARE * text.length) / Math.max(1, mean)
    let words = 0
    for (const term of terms.all) {
      const count = occurrences(text, term, 100)
      words += (count * (SATURATION + 1)) / (count + SATURATION * length)
    }
    return { row, score: score * words }
  })
}

function byScore(a: Scored, b: Scored): number {
  return b.score - a.score || b.row.rowId - a.row.rowId
}
