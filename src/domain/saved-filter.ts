/** A question about sessions under a name, kept as it was typed: `7d` goes on meaning the last seven days. */
export interface SavedFilter {
  name: string
  /** Words by field: `{ project: 'tidewatch', tag: ['offline'] }`. */
  words: Record<string, FilterWord>
  savedAt: string
  savedBy: string
}

export type FilterWord = string | boolean | string[]
