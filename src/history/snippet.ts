import { tokens } from '../domain/fold.ts'
import type { SearchTerm } from '../domain/search-query.ts'

export interface Snippet {
  snippet: string
  /** [start, end) offsets of what matched in `snippet`, in order, not overlapping. */
  marks: [number, number][]
}

const BEFORE = 60
const LENGTH = 200
/** Where letters have to be folded one by one to be found, no more text than this is looked at. */
const LONGEST_FOLDED = 400_000
const TOKEN_CHARACTER = /[\p{L}\p{M}\p{N}_]/u

/** One line of text where most of the terms stand together, at most about 200 characters, cut at spaces. */
export function makeSnippet(text: string, terms: readonly SearchTerm[]): Snippet {
  const { before, line, after } = cutAround(text, bestPlace(text, terms))
  const cut = lowered(line)
  const marks = joined(terms.flatMap((term) => [...matches(cut, term)]))
  return {
    snippet: `${before}${line}${after}`,
    marks: marks.map(([start, end]) => [start + before.length, end + before.length]),
  }
}

/**
 * The part of a text where most of the terms stand together, as it was written, from the beginning of a line or a word on.
 * What is left out before and behind it shows as `…`.
 *
 * @param length characters at most, the marks aside
 */
export function makeExcerpt(text: string, terms: readonly SearchTerm[], length: number): string {
  if (text.length <= length) return text.toWellFormed()
  const at = bestPlace(text, terms)
  const early = Math.max(0, Math.min(at - Math.floor(length / 4), text.length - length))
  const line = text.lastIndexOf('\n', at) + 1
  const space = text.slice(early, at).search(/\s/)
  const from = line >= early ? line : space >= 0 ? early + space + 1 : early
  const end = Math.min(text.length, from + length)
  const cut = text.slice(from, end).toWellFormed().trimEnd()
  return `${from > 0 ? '…' : ''}${cut}${end < text.length ? '…' : ''}`
}

/** A snippet of text that holds `needle` anywhere, whatever the case of letters. */
export function makeSubstringSnippet(text: string, needle: string): Snippet {
  const wanted = needle.toLowerCase()
  const { before, line, after } = cutAround(text, Math.max(0, text.toLowerCase().indexOf(wanted)))
  const snippet = `${before}${line}${after}`
  const marks: [number, number][] = []
  const lower = snippet.toLowerCase()
  if (lower.length === snippet.length) {
    for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + wanted.length)) {
      marks.push([at, at + wanted.length])
    }
  }
  return { snippet, marks }
}

/** More matches of one term than this are not compared. */
const MOST_PLACES = 500

/** Where a match begins that has matches of most other terms close behind it, the first of several such. */
function bestPlace(text: string, terms: readonly SearchTerm[]): number {
  const searched = lowered(text)
  const places: { at: number; index: number }[] = []
  for (const [index, term] of terms.entries()) {
    let left = terms.length === 1 ? 1 : MOST_PLACES
    for (const [at] of matches(searched, term)) {
      places.push({ at, index })
      if (--left === 0) break
    }
  }
  places.sort((a, b) => a.at - b.at)
  const inReach = new Map<number, number>()
  let [best, most, next] = [0, 0, 0]
  for (const { at, index } of places) {
    for (let ahead = places[next]; ahead && ahead.at < at + LENGTH - BEFORE; ahead = places[++next]) {
      inReach.set(ahead.index, (inReach.get(ahead.index) ?? 0) + 1)
    }
    if (inReach.size > most) [best, most] = [at, inReach.size]
    const left = (inReach.get(index) ?? 0) - 1
    if (left > 0) inReach.set(index, left)
    else inReach.delete(index)
  }
  return best
}

/** A line of what stands around a place; `…` before and after it where something is left out. */
function cutAround(text: string, at: number): { before: string; line: string; after: string } {
  let from = Math.max(0, at - BEFORE)
  if (from > 0) {
    const space = text.slice(from, at).search(/\s/)
    if (space >= 0) from += space + 1
  }
  let to = Math.min(text.length, from + LENGTH)
  if (to < text.length) {
    const space = text.lastIndexOf(' ', to)
    if (space > at + (to - at) / 2) to = space
  }
  return {
    before: from > 0 ? '…' : '',
    line: text.slice(from, to).replaceAll(/\s+/g, ' ').trim().toWellFormed(),
    after: to < text.length ? '…' : '',
  }
}

function joined(marks: [number, number][]): [number, number][] {
  const result: [number, number][] = []
  for (const [start, end] of marks.sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1)
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else result.push([start, end])
  }
  return result
}

/** A text in which several terms are looked for; `lower` where lower case leaves every letter in its place. */
interface Searched {
  text: string
  lower: string | undefined
}

function lowered(text: string): Searched {
  const lower = text.toLowerCase()
  return { text, lower: lower.length === text.length ? lower : undefined }
}

/** Where a term stands in text as it was written. */
function* matches({ text, lower }: Searched, term: SearchTerm): Generator<[number, number], undefined> {
  let found = false
  if (lower !== undefined) {
    for (const range of plainMatches(lower, term)) {
      found = true
      yield range
    }
  }
  if (!found && text.length <= LONGEST_FOLDED && !isAsciiText(text)) yield* foldedMatches(text, term)
}

function isAsciiText(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- the ASCII range is what is meant
  return !/[^\x00-\x7f]/.test(text)
}

/** Matches whose letters need no folding beyond lower case. */
function* plainMatches(lower: string, { tokens: wanted, prefix }: SearchTerm): Generator<[number, number], undefined> {
  const head = wanted[0] as string
  for (let at = lower.indexOf(head); at >= 0; at = lower.indexOf(head, at + 1)) {
    if (at > 0 && isInToken(lower, at - 1)) continue
    let position = at
    const fits = wanted.every((token, i) => {
      if (i > 0) while (position < lower.length && !isInToken(lower, position)) position++
      if (!lower.startsWith(token, position)) return false
      position += token.length
      return !isInToken(lower, position) || (prefix && i === wanted.length - 1)
    })
    if (!fits) continue
    while (prefix && isInToken(lower, position)) position++
    yield [at, position]
  }
}

function isInToken(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  if (unit < 0x80) return (unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57) || unit === 95
  return at < text.length && TOKEN_CHARACTER.test(text.slice(at, at + 1))
}

/** Matches found by folding token by token, with where each came from. */
function* foldedMatches(text: string, { tokens: wanted, prefix }: SearchTerm): Generator<[number, number], undefined> {
  const places = [...foldedTokens(text)]
  for (let i = 0; i + wanted.length <= places.length; i++) {
    const fits = wanted.every((token, k) => {
      const folded = (places[i + k] as Place).token
      return folded === token || (prefix && k === wanted.length - 1 && folded.startsWith(token))
    })
    if (fits) yield [(places[i] as Place).start, (places[i + wanted.length - 1] as Place).end]
  }
}

interface Place {
  token: string
  start: number
  end: number
}

function* foldedTokens(text: string): Generator<Place, undefined> {
  for (const run of text.matchAll(/[\p{L}\p{M}\p{N}_\u00ad\u200b-\u200d]+/gu)) {
    const folded = tokens(run[0])
    if (folded.length === 1) {
      yield { token: folded[0] as string, start: run.index, end: run.index + run[0].length }
      continue
    }
    let at = run.index
    for (const piece of run[0].match(
      /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]|[^\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]+/gu,
    ) ?? []) {
      for (const token of tokens(piece)) yield { token, start: at, end: at + piece.length }
      at += piece.length
    }
  }
}
