import { AppError } from '../domain/errors.ts'
import { MAX_QUERY_BYTES } from '../domain/search-query.ts'
import type { EntryRow } from '../stores/store.ts'
import { readPosition, writePosition } from './cursor.ts'
import type { SearchReply, SearchRequest } from './history.ts'
import { toHits } from './hits.ts'
import type { Reading } from './open.ts'
import { readQuestion, type Question } from './query.ts'
import { rankedMatches } from './ranking.ts'
import { scanText } from './scan.ts'
import { newestMatches } from './newest.ts'

const DEFAULT_BUDGET_MS = 2000

/** A page of matching rows. */
export interface Matches {
  rows: EntryRow[]
  /** Where the next page begins: a row id for newest first, a count for relevance. */
  next: number | undefined
  partial: boolean
}

export interface MatchPage {
  limit: number
  position: number | undefined
  /** By `performance.now()`. */
  deadline: number
}

/**
 * Answers a search as a scan over all text would, from the index where it reaches and from the archive beyond it.
 *
 * @throws AppError `invalid`, `not_found`; see `readQuestion`
 */
export async function search(reading: Reading, request: SearchRequest): Promise<SearchReply> {
  const question = await readQuestion(reading, request)
  const asked = [request.query, question.filter, request.order, request.substring ?? false]
  const page: MatchPage = {
    limit: request.limit,
    position: request.cursor === undefined ? undefined : readPosition(asked, request.cursor),
    deadline: performance.now() + (request.budgetMs ?? DEFAULT_BUDGET_MS),
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

/** Anywhere inside words: short columns in full, text newest first for as long as the budget lasts. */
async function substringMatches(
  { store, contents }: Reading,
  needle: string,
  { filter }: Question,
  { limit, position, deadline }: MatchPage,
): Promise<Matches> {
  checkNeedle(needle)
  const wanted = needle.toLowerCase()
  const subjects = await store.search.subjects(needle, filter, { limit: limit + 1, beforeRowId: position })
  const scan = await scanText(
    (rows, beforeRowId) => store.search.candidates(filter, { limit: rows, beforeRowId }),
    async (row) => (await contents.textOf(row)).toLowerCase().includes(wanted),
    { want: limit + 1, floor: -1, deadline, beforeRowId: position },
  )
  const rows = newestFirst([...subjects, ...scan.hits])
  const shown = rows.slice(0, limit)
  // What the short columns know of older entries is shown too; `partial` says that their text was not looked at.
  const stoppedAt = rows.length > limit ? undefined : scan.stoppedAt
  return {
    rows: shown,
    next: rows.length > limit ? shown.at(-1)?.rowId : stoppedAt && Math.min(stoppedAt, shown.at(-1)?.rowId ?? stoppedAt),
    partial: scan.stoppedAt !== undefined,
  }
}

function checkNeedle(needle: string): void {
  if (needle.trim() === '') {
    throw new AppError('invalid', 'the query is blank', { hint: 'type a piece of text to look for' })
  }
  if (Buffer.byteLength(needle) > MAX_QUERY_BYTES) {
    throw new AppError('invalid', `the query is ${Buffer.byteLength(needle)} bytes long; the most is ${MAX_QUERY_BYTES}`, {
      hint: 'search for a piece of it',
    })
  }
}

/** Once each, by falling row id. */
export function newestFirst(rows: EntryRow[]): EntryRow[] {
  const byId = new Map(rows.map((row) => [row.rowId, row]))
  return [...byId.values()].sort((a, b) => b.rowId - a.rowId)
}
