import { ENTRY_FLAG, ENTRY_TYPES, ROLES, type EntryType, type Role } from '../../domain/entry.ts'
import { FACET_MARK } from '../../domain/fold.ts'
import type { SearchTerm, SearchTerms } from '../../domain/search-query.ts'
import type { IndexRow } from '../search-store.ts'

/** Raised whenever the tables or the facets change: an index of another version is built anew. */
export const SEARCH_VERSION = 2

/**
 * The index: one contentless FTS5 table, the entries its rows stand for (`search-places.ts`), and the mark of every transcript.
 *
 * The `ascii` tokenizer lowers and splits ASCII and takes all else for letters; `fold` sees to it that nothing else is
 * left (https://www.sqlite.org/fts5.html#ascii_tokenizer). Nothing of this is the only copy of anything.
 */
export const SEARCH_SCHEMA = [
  `CREATE VIRTUAL TABLE IF NOT EXISTS entry_text USING fts5(
     text, content='', contentless_delete=1, tokenize="ascii tokenchars '_${FACET_MARK}'")`,
  'CREATE TABLE IF NOT EXISTS search_entry (id INTEGER PRIMARY KEY, entry_id INTEGER NOT NULL)',
  'CREATE TABLE IF NOT EXISTS search_overflow (from_stretch INTEGER PRIMARY KEY, through_stretch INTEGER NOT NULL)',
  `CREATE TABLE IF NOT EXISTS search_mark (
     transcript_id INTEGER PRIMARY KEY, through_record INTEGER NOT NULL, epoch INTEGER NOT NULL)`,
  `INSERT INTO entry_text (entry_text, rank) VALUES ('hashsize', ${16 * 1024 * 1024})`,
  `INSERT INTO entry_text (entry_text, rank) VALUES ('pgsz', 8000)`,
]

/**
 * Words of our own in front of an entry's text, so that a filter is one more term of the query instead of a walk over
 * all that the words alone would find. Each begins with the facet mark, which no text can hold.
 */
export const facet = {
  transcript: (id: number) => `${FACET_MARK}t${id.toString(36)}`,
  agent: (agent: string) => `${FACET_MARK}a${agent.toLowerCase().replaceAll(/[^a-z0-9]/g, '_')}`,
  kind: (type: EntryType, role: Role) =>
    `${FACET_MARK}k${ENTRY_TYPES.indexOf(type).toString(36)}${ROLES.indexOf(role).toString(36)}`,
  tool: (nameId: number) => `${FACET_MARK}n${nameId.toString(36)}`,
  failed: () => `${FACET_MARK}f`,
}

/** The facets of a transcript's entries. `toolId` is that of the call, also on its result. */
export function facetsOf(transcriptId: number, agent: string): (row: IndexRow, toolId: number | undefined) => string {
  const common = `${facet.transcript(transcriptId)} ${facet.agent(agent)}`
  return (row, toolId) => {
    const words = [common, facet.kind(row.type, row.role)]
    if (toolId !== undefined) words.push(facet.tool(toolId))
    if ((row.flags & ENTRY_FLAG.failed) !== 0) words.push(facet.failed())
    return words.join(' ')
  }
}

/** The query in FTS5's language. Every token is quoted by itself, so nothing typed is ever an operator. */
export function matchExpression({ all, none }: SearchTerms, facets: readonly string[]): string {
  const must = [...all.map(phrase), ...facets]
  const expression = must.map((part) => `(${part})`).join(' AND ')
  return none.length === 0 ? expression : `(${expression}) NOT (${none.map(phrase).join(' OR ')})`
}

function phrase({ tokens, prefix }: SearchTerm): string {
  return `"${tokens.join(' ')}"${prefix ? ' *' : ''}`
}

/** `("a" OR "b")` of facets. */
export function anyFacet(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(' OR ')
}
