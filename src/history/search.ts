import { readPosition, writePosition } from './cursor.ts'
import type { SearchReply, SearchRequest } from './history.ts'
import { toHits } from './hits.ts'
import type { Matches, MatchPage } from './matches.ts'
import { newestMatches } from './newest.ts'
import type { Reading } from './open.ts'
import { readQuestion, type Question } from './query.ts'
import { rankedMatches } from './ranking.ts'
import { substringMatches } from './substring.ts'

const DEFAULT_BUDGET_MS = 2000
/** No question to the index goes on for longer, unless more was asked for. */
const LONGEST_QUESTION_MS = 10_000

/**
 * Answers a search as a scan over all text would, from the index where it reaches and from the archive beyond it.
 *
 * @throws AppError `invalid`, `not_found`; see `readQuestion`; `unavailable` when the index has looked for too long
 */
export async function search(reading: Reading, request: SearchRequest): Promise<SearchReply> {
  const startedMs = performance.now()
  const budgetMs = request.budgetMs ?? DEFAULT_BUDGET_MS
  const question = await readQuestion(reading, request)
  // Without its dates: `after:7d` is another moment on every page.
  const { from: _from, to: _to, ...filter } = request.filter
  const asked = [request.query, filter, request.order, request.substring ?? false]
  const page: MatchPage = {
    limit: request.limit,
    position: request.cursor === undefined ? undefined : readPosition(asked, request.cursor),
    deadline: startedMs + budgetMs,
    untilMs: startedMs + Math.max(budgetMs, LONGEST_QUESTION_MS),
  }
  const found = await find(reading, request, question, page)
  const { entries, indexed } = await reading.store.search.progress()
  return {
    items: await toHits(reading, found.rows, request.substring ? request.query : question.terms),
    nextCursor: found.next === undefined ? null : writePosition(asked, found.next),
    partial: found.partial,
    indexed,
    entries,
  }
}

function find(reading: Reading, request: SearchRequest, question: Question, page: MatchPage): Promise<Matches> {
  if (request.substring) return substringMatches(reading, request.query, question, page)
  return request.order === 'relevance' ? rankedMatches(reading, question, page) : newestMatches(reading, question, page)
}
