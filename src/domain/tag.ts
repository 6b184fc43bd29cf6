import { AppError, shownValue } from './errors.ts'

const LONGEST = 64

/**
 * A word that sessions are gathered under. Kept in small letters, so that `Tide` and `tide` are one; no quotes, commas or
 * backslashes, so that it stands in a list as it is.
 *
 * @throws AppError `invalid` for anything else
 */
export function readTag(word: string): string {
  const tag = word.trim().normalize('NFC').toLowerCase().replace(/^#/, '')
  if (tag.length <= LONGEST && /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._:/+@-]*$/u.test(tag)) return tag
  throw new AppError(
    'invalid',
    `${shownValue(word)} is not a tag: letters, digits and . _ : / + @ - inside, 64 at most`,
  )
}

/** Tags of a list, each once, in the order they came. */
export function readTags(words: readonly string[]): string[] {
  return [...new Set(words.map(readTag))]
}
