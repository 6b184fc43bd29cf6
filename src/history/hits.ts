import type { SearchTerms } from '../domain/search-query.ts'
import type { EntryRow } from '../stores/entry-store.ts'
import { toEntry } from './entries.ts'
import { entryText } from './entry-text.ts'
import type { SearchHit } from './history.ts'
import type { Reading } from './open.ts'
import { makeSnippet, makeSubstringSnippet } from './snippet.ts'

/** Rows as hits: the entry, its session by name, and the text around the match. */
export async function toHits(
  { store, contents }: Reading,
  rows: readonly EntryRow[],
  looking: SearchTerms | string,
): Promise<SearchHit[]> {
  const said = await contents.ofRows(rows)
  const sessions = await store.sessions.named([...new Set(rows.map((row) => row.sessionId))])
  const hits: SearchHit[] = []
  for (const [i, row] of rows.entries()) {
    const content = said[i]
    const session = sessions.get(row.sessionId)
    // Deleted since it was found.
    if (!session) continue
    const text = content ? entryText(content) : ''
    const snippet = typeof looking === 'string' ? makeSubstringSnippet(text, looking) : makeSnippet(text, looking.all)
    hits.push({ entry: toEntry(row, content), session, ...snippet })
  }
  return hits
}
