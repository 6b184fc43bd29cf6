import { fold, isTokenUnit } from './fold.ts'
import type { SearchTerm, SearchTerms } from './search-query.ts'

/** Says whether a text holds what a query asks for, exactly as the index would. */
export function textMatcher(terms: SearchTerms): (text: string) => boolean {
  return (text) => {
    const folded = fold(text).toLowerCase()
    return terms.all.every((term) => holds(folded, term)) && !terms.none.some((term) => holds(folded, term))
  }
}

/** How often a term occurs in folded, lowered text; counting stops at `most`. */
export function occurrences(folded: string, term: SearchTerm, most = Infinity): number {
  const head = term.tokens[0]
  if (head === undefined) return 0
  let count = 0
  for (let at = folded.indexOf(head); at >= 0 && count < most; at = folded.indexOf(head, at + 1)) {
    if (at > 0 && isTokenUnit(folded.charCodeAt(at - 1))) continue
    if (follows(folded, at, term)) count++
  }
  return count
}

function holds(folded: string, term: SearchTerm): boolean {
  return occurrences(folded, term, 1) > 0
}

/** Token by token from `at`, which is known to begin a token. */
function follows(folded: string, at: number, { tokens, prefix }: SearchTerm): boolean {
  let position = at
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!
    if (i > 0) {
      while (position < folded.length && !isTokenUnit(folded.charCodeAt(position))) position++
    }
    if (!folded.startsWith(token, position)) return false
    position += token.length
    const ends = position >= folded.length || !isTokenUnit(folded.charCodeAt(position))
    if (!ends && !(prefix && i === tokens.length - 1)) return false
  }
  return true
}
