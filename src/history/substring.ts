import { AppError } from '../domain/errors.ts'
import { checkQueryLength } from '../domain/search-query.ts'
import { newestFirst, type Matches, type MatchPage } from './matches.ts'
import type { Reading } from './open.ts'
import type { Question } from './query.ts'
import { scanText } from './scan.ts'

/** Anywhere inside words: short columns in full, text newest first for as long as the budget lasts. */
export async function substringMatches(
  { store, contents }: Reading,
  needle: string,
  { filter }: Question,
  { limit, position, deadline, untilMs }: MatchPage,
): Promise<Matches> {
  checkNeedle(needle)
  const wanted = needle.toLowerCase()
  const subjects = await store.search.subjects(needle, filter, { limit: limit + 1, beforeRowId: position, untilMs })
  const scan = await scanText(
    (rows, beforeRowId) => store.search.candidates(filter, { limit: rows, beforeRowId, untilMs }),
    async (row) => (await contents.textOf(row)).toLowerCase().includes(wanted),
    { want: limit + 1, floor: -1, deadline, beforeRowId: position },
  )
  const rows = newestFirst([...subjects, ...scan.hits])
  const shown = rows.slice(0, limit)
  // What the short columns know of older entries is shown too; `partial` says that their text was not looked at.
  const stoppedAt = rows.length > limit ? undefined : scan.stoppedAt
  return {
    rows: shown,
    next:
      rows.length > limit ? shown.at(-1)?.rowId : stoppedAt && Math.min(stoppedAt, shown.at(-1)?.rowId ?? stoppedAt),
    partial: scan.stoppedAt !== undefined,
  }
}

function checkNeedle(needle: string): void {
  if (needle.trim() === '') {
    throw new AppError('invalid', 'the query is blank', { hint: 'type a piece of text to look for' })
  }
  checkQueryLength(needle)
}
