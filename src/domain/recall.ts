import { byteLength, cutText, estimateTokens, inLine } from './markdown-text.ts'
import { fenced, quotable } from './recorded-text.ts'
import type { SearchTerm } from './search-query.ts'

export const USUAL_RECALL_TOKENS = 2000
/** Less has no room for the marks around it and one excerpt. */
export const LEAST_RECALL_TOKENS = 200
export const MOST_RECALL_TOKENS = 10_000

/** Where an excerpt is from. */
export const RECALL_KINDS = ['entry', 'note', 'ticket', 'ticket_note', 'handoff'] as const
export type RecallKind = (typeof RECALL_KINDS)[number]

/** Something that was recorded and has words of what is asked. */
export interface RecallSource {
  kind: RecallKind
  /** What to name it by: `SESSION-003#e0mi4x0v5kq0j1a2`, `SESSION-003`, `T-4`. */
  citation: string
  session: string | null
  sessionTitle: string | null
  entryId: string | null
  /** Ref of the ticket that the work was for at that moment; of the ticket itself. */
  ticket: string | null
  /** ISO-8601 UTC. */
  at: string
  /** Who or what said it, in a word or two: `user`, `result of a call`, `handoff`. */
  who: string
  /** How much such a thing tells, beside its words: 1 is usual. */
  weight: number
  text: string
}

export interface Excerpt extends Omit<RecallSource, 'text' | 'weight'> {
  /** As recorded, cut around what was asked. */
  text: string
}

export interface Recalled {
  /** Best first. */
  items: Excerpt[]
  /** All of it as one quotation for an agent: cited, between marks that nobody could foresee. Null where nothing was found. */
  quotation: string | null
  /** Of the quotation, about: see `estimateTokens`. Never above the budget. */
  tokens: number
  /** Things that were found and had no room. */
  leftOut: number
}

/** Words that are in every sentence say nothing of what is asked. */
const COMMON = new Set(
  (
    'a an and any are as at be been but by can could did do does for from get had has have how i if in into is it its me my no ' +
    'not of on or our please so tell that the their them then there these they this to us was we were what when where which ' +
    'who why will with would you your about'
  ).split(' '),
)
const MOST_WORDS = 12

/**
 * The words of a question that are worth looking for, also with other endings; all of them where all are common.
 *
 * @param tokens of the question: see `domain/fold.ts`
 */
export function recallTerms(tokens: readonly string[]): SearchTerm[] {
  const all = [...new Set(tokens)]
  const telling = all.filter((word) => !COMMON.has(word) && word.length > 1)
  return (telling.length > 0 ? telling : all).slice(0, MOST_WORDS).map((word) => {
    const stem = /^[a-z]{4,}s$/.test(word) && !word.endsWith('ss') ? word.slice(0, -1) : word
    return { tokens: [stem], prefix: stem.length >= 4 }
  })
}

/** Half of what a thing is worth is gone when it is so old. */
const HALF_AGE_MS = 180 * 86_400_000
const SATURATION = 1.2

/**
 * What was found, best first: by how many of the words are in it and how rare these are, by what it is, by its age.
 *
 * @param count how often a term occurs in a text
 */
export function rankSources(
  sources: readonly RecallSource[],
  terms: readonly SearchTerm[],
  nowMs: number,
  count: (text: string, term: SearchTerm) => number,
): RecallSource[] {
  const counted = sources.map((source) => terms.map((term) => count(source.text, term)))
  const rarity = terms.map((_, t) => Math.log(1 + sources.length / (1 + counted.filter((row) => row[t]! > 0).length)))
  const scored = sources.flatMap((source, s) => {
    const row = counted[s]!
    const held = row.filter((times) => times > 0).length
    if (held === 0) return []
    const words = row.reduce((sum, times, t) => sum + (rarity[t]! * times * (SATURATION + 1)) / (times + SATURATION), 0)
    const age = Math.max(0, nowMs - Date.parse(source.at))
    return [{ source, score: (words * source.weight * (held / terms.length)) / (1 + age / HALF_AGE_MS) }]
  })
  return scored
    .sort(
      (a, b) =>
        b.score - a.score ||
        compare(b.source.at, a.source.at) ||
        compare(a.source.citation, b.source.citation) ||
        compare(a.source.text, b.source.text),
    )
    .map(({ source }) => source)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

const LONGEST_EXCERPT = 1200
const SHORTEST_EXCERPT = 160

/**
 * As many of them as have room within a number of tokens, best first, marks and citations counted. What says the same as
 * something before it is left out.
 *
 * @param cut the part of a text around what was asked, at most about so many characters
 * @param nonce random, made for this one reply: its length counts, not what it is
 */
export function packExcerpts(
  ranked: readonly RecallSource[],
  budgetTokens: number,
  cut: (text: string, characters: number) => string,
  nonce: string,
): Recalled {
  const usual = Math.min(LONGEST_EXCERPT, Math.max(SHORTEST_EXCERPT, Math.floor(budgetTokens * 0.6)))
  const items: Excerpt[] = []
  const blocks: string[] = []
  let room = budgetTokens * 4 - byteLength(quote([], nonce))
  const seen: Set<string>[] = []
  let leftOut = 0
  for (const source of ranked) {
    const sizes = usual === SHORTEST_EXCERPT ? [usual] : [usual, SHORTEST_EXCERPT]
    const excerpts = sizes.map((size) => excerptOf(source, (text) => within(cut(text, size), size)))
    const words = wordsOf(excerpts[0]!.text)
    if (seen.some((before) => isSame(words, before))) continue
    seen.push(words)
    const fitting = excerpts.find((excerpt) => quotedSize(citedExcerpt(excerpt)) <= room)
    if (fitting === undefined) {
      leftOut++
      continue
    }
    items.push(fitting)
    blocks.push(citedExcerpt(fitting))
    room -= quotedSize(citedExcerpt(fitting))
  }
  const quotation = blocks.length === 0 ? null : quote(blocks, nonce)
  return { items, quotation, tokens: quotation === null ? 0 : estimateTokens(quotation), leftOut }
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}_][\p{L}\p{N}_]*/gu))
}

/** Of the words of both, so many are in both: a file that was read twice, once with numbers of lines. */
const SAME = 0.7

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const shared = [...a].filter((word) => b.has(word)).length
  return shared >= SAME * (a.size + b.size - shared)
}

function excerptOf({ text, weight: _, ...source }: RecallSource, cut: (text: string) => string): Excerpt {
  return { ...source, text: cut(text).trim() }
}

/** A text within so many bytes: letters of some languages have three. */
function within(text: string, bytes: number): string {
  return byteLength(text) <= bytes ? text : cutText(text, bytes).replace(/ \[\d+ more characters\]$/, '')
}

const LONGEST_NAME = 60

/** An excerpt under a line that says where it is from. */
export function citedExcerpt({ citation, sessionTitle, ticket, at, who, text }: Excerpt): string {
  const facts = [citation, who, `${at.slice(0, 16).replace('T', ' ')} UTC`, ticket ?? '', sessionTitle ?? '']
  const named = facts.filter((fact) => fact !== '' && fact !== undefined)
  const [first, ...rest] = named.map((fact) => within(inLine(fact), LONGEST_NAME))
  // The ticket's own ref is its citation.
  return [`[${first}] ${rest.filter((fact) => fact !== first).join(' · ')}`, text].join('\n')
}

/** Bytes that a block adds to a quotation, with the mark of each line and the blank line before it. */
function quotedSize(block: string): number {
  const lines = quotable(block)
  return byteLength(lines) + 2 * lines.split('\n').length + 4
}

function quote(blocks: readonly string[], nonce: string): string {
  return fenced(quotable(blocks.join('\n\n')), nonce)
}
