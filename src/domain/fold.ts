/**
 * Text as search sees it: lower case, without diacritics, tokens apart. The index, a query and a scan over text fold
 * with the same functions, so that they agree to the last letter.
 *
 * A token is a run of letters, digits and `_`. Han, kana and Hangul have no spaces between words: there every character
 * is a token of its own, and a word of several is found as a phrase.
 */

/** Combining accents, tone marks and variation selectors, and characters that join or break without showing. */
const DROPPED =
  /[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\u00ad\u200b-\u200d\u2060\ufeff\u{e0100}-\u{e01ef}]+/gu
const SEPARATORS = /[^\p{L}\p{M}\p{N}_]+/gu
const UNSPACED = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]/gu
// oxlint-disable-next-line no-control-regex -- the ASCII range is what is meant
const NOT_ASCII = /[^\x00-\x7f]+/
// oxlint-disable-next-line no-control-regex -- the ASCII range is what is meant
const ALL_NOT_ASCII = /[^\x00-\x7f]+/g

/** Starts the index's own words (facets). Taken out of text, so that nothing typed or recorded can pass for one. */
export const FACET_MARK = '\x02'

/**
 * Text ready for the index: ASCII stays as it is (the index lowers and splits it itself, faster than we could), the rest
 * is lowered, stripped of diacritics, and everything that is no token character becomes a space.
 */
export function fold(text: string): string {
  const clean = text.includes(FACET_MARK) ? text.replaceAll(FACET_MARK, ' ') : text
  return NOT_ASCII.test(clean) ? clean.replace(ALL_NOT_ASCII, foldRun) : clean
}

/** The tokens of a text, in order. */
export function tokens(text: string): string[] {
  return (
    fold(text)
      .toLowerCase()
      .match(/[a-z0-9_\u0080-\uffff]+/g) ?? []
  )
}

/** True for a UTF-16 unit that belongs to a token, in folded and lowered text. */
export function isTokenUnit(unit: number): boolean {
  return unit >= 0x80 || (unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57) || unit === 95
}

const KEPT_RUNS = 5000
const foldedRuns = new Map<string, string>()

/** Runs repeat a lot (quotes, arrows, box lines), so short ones are remembered. */
function foldRun(run: string): string {
  const known = foldedRuns.get(run)
  if (known !== undefined) return known
  const folded = foldUnknownRun(run)
  if (run.length > 24) return folded
  if (foldedRuns.size >= KEPT_RUNS) foldedRuns.clear()
  foldedRuns.set(run, folded)
  return folded
}

function foldUnknownRun(run: string): string {
  return run
    .toLowerCase()
    .normalize('NFKD')
    .replace(DROPPED, '')
    .toLowerCase()
    .normalize('NFC')
    .replaceAll('ς', 'σ')
    .replace(SEPARATORS, ' ')
    .replace(UNSPACED, ' $& ')
}
