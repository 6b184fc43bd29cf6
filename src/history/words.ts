import { fold, tokens } from '../domain/fold.ts'
import { occurrences } from '../domain/text-match.ts'
import { entryText } from './entry-text.ts'
import type { Words } from './history.ts'
import { makeExcerpt } from './snippet.ts'

const MOST_COUNTED = 50

export const WORDS: Words = {
  tokens,
  entryText,
  count: (text, term) => occurrences(fold(text).toLowerCase(), term, MOST_COUNTED),
  excerpt: makeExcerpt,
}
