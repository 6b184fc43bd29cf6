import { ENTRY_TYPES, ROLES, type EntryType, type Role } from './entry.ts'
import { AppError, shownValue } from './errors.ts'
import { tokens } from './fold.ts'

/** Tokens in a row, folded: one for a word, several for a phrase. `prefix` lets the last one go on. */
export interface SearchTerm {
  tokens: string[]
  prefix: boolean
}

/** What a text must hold: every term of `all`, no term of `none`. */
export interface SearchTerms {
  all: SearchTerm[]
  none: SearchTerm[]
}

/** Filters typed as words of the query, as typed: names are looked up by whoever knows them. */
export interface QueryFields {
  agent?: string
  project?: string
  session?: string
  roles?: Role[]
  types?: EntryType[]
  tool?: string
  file?: string
  branch?: string
  failed?: true
  /** Unix milliseconds, inclusive. */
  afterMs?: number
  /** Unix milliseconds, exclusive. */
  beforeMs?: number
}

export interface SearchQuery {
  terms: SearchTerms
  fields: QueryFields
}

const MAX_QUERY_BYTES = 1024
export const MAX_QUERY_TERMS = 32

/** When days begin, and now: `after:yesterday` and `before:7d` need both. */
export interface QueryClock {
  nowMs: number
  /** Start of a calendar day in the user's time zone, in Unix milliseconds. `month` is 1 to 12. */
  dayStart(year: number, month: number, day: number): number
}

const UTC: Omit<QueryClock, 'nowMs'> = { dayStart: (year, month, day) => Date.UTC(year, month - 1, day) }

/** @throws AppError `invalid` above 1 KB */
export function checkQueryLength(query: string): void {
  const bytes = Buffer.byteLength(query)
  if (bytes <= MAX_QUERY_BYTES) return
  throw new AppError('invalid', `the query is ${bytes} bytes long; the most is ${MAX_QUERY_BYTES}`, {
    hint: 'search for a few words of it',
    repair: { typed: query, by: query.slice(0, 40).trim() },
  })
}

/**
 * Reads what was typed into a search box.
 *
 * `word "a phrase" pre* -not -"not this" tool:Bash failed:yes after:2026-11-02`. Whatever is typed is safe: an unbalanced
 * quote reads to the end, an operator of some engine is a word like any other, and a field with a value that it cannot
 * have (`type:string` out of some code) is plain text.
 *
 * @throws AppError `invalid` when it is blank or only excludes, above 1 KB, or above 32 terms
 */
export function parseSearchQuery(text: string, clock: QueryClock = { nowMs: Date.now(), ...UTC }): SearchQuery {
  checkQueryLength(text)
  const query: SearchQuery = { terms: { all: [], none: [] }, fields: {} }
  for (const part of parts(text)) {
    if (!part.negated && part.field !== undefined && takeField(query.fields, part.field, part.value, clock)) continue
    const term = {
      tokens: tokens(part.field === undefined ? part.value : `${part.field} ${part.value}`),
      prefix: false,
    }
    if (term.tokens.length === 0) continue
    term.prefix = part.prefix
    ;(part.negated ? query.terms.none : query.terms.all).push(term)
  }
  const count = query.terms.all.length + query.terms.none.length
  if (count > MAX_QUERY_TERMS) {
    throw new AppError('invalid', `the query has ${count} terms; the most is ${MAX_QUERY_TERMS}`, {
      hint: 'put words that stand together in quotes: they count as one',
    })
  }
  if (query.terms.all.length === 0) throw nothingToFind(text, query)
  return query
}

function nothingToFind(text: string, { terms, fields }: SearchQuery): AppError {
  if (terms.none.length > 0) {
    return new AppError('invalid', `the query ${shownValue(text)} only says what not to find`, {
      hint: 'add a word that should be there',
      repair: { typed: text, by: `timeout ${text}` },
    })
  }
  if (Object.keys(fields).length > 0) {
    return new AppError('invalid', `the query ${shownValue(text)} has filters and nothing to find`, {
      hint: 'add a word that should be there',
      repair: { typed: text, by: `${text} timeout` },
    })
  }
  return new AppError('invalid', `the query ${shownValue(text)} is blank: it has no letter or digit`, {
    hint: 'daybook search timeout',
  })
}

interface Part {
  negated: boolean
  field: string | undefined
  value: string
  prefix: boolean
}

// A single dash, a field name, then a quoted phrase (to the end where the quote is never closed) or a run without spaces.
const PART = /(-(?!-))?(?:([a-z]+):)?(?:"([^"]*)(?:"|$)(\*?)|([^\s"]+))/giu

function* parts(text: string): Generator<Part> {
  for (const [, dash, field, phrase, phraseStar, word] of text.matchAll(PART)) {
    const value = phrase ?? word ?? ''
    yield {
      negated: dash === '-',
      field: field?.toLowerCase(),
      value,
      prefix: phrase === undefined ? /[\p{L}\p{M}\p{N}_]\*+$/u.test(value) : phraseStar === '*',
    }
  }
}

/** @returns false when this is no field of ours, or not a value it can have */
function takeField(fields: QueryFields, field: string, value: string, clock: QueryClock): boolean {
  if (value === '') return false
  switch (field) {
    case 'agent':
    case 'project':
    case 'session':
    case 'tool':
    case 'file':
    case 'branch':
      fields[field] = value
      return true
    case 'role':
      return takeList(value, ROLES, (roles) => (fields.roles = [...(fields.roles ?? []), ...roles]))
    case 'type':
      return takeList(value, ENTRY_TYPES, (types) => (fields.types = [...(fields.types ?? []), ...types]))
    case 'failed':
      if (!/^(?:yes|true|1)$/i.test(value)) return false
      fields.failed = true
      return true
    case 'after':
    case 'before': {
      const atMs = parseWhen(value, clock)
      if (atMs !== undefined) fields[field === 'after' ? 'afterMs' : 'beforeMs'] = atMs
      return atMs !== undefined
    }
    default:
      return false
  }
}

function takeList<T extends string>(value: string, allowed: readonly T[], take: (values: T[]) => void): boolean {
  const words = value.toLowerCase().split(',')
  const values = allowed.filter((each) => words.includes(each))
  if (!words.every((word) => values.some((each) => each === word))) return false
  take(values)
  return true
}

const SPANS: Record<string, number> = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 }

/**
 * A moment as people type it: `2026-11-02` (start of that day for the user), an ISO time, or `36h`, `7d`, `2w` ago.
 *
 * @returns Unix milliseconds, `undefined` when it is none of these
 */
export function parseWhen(text: string, clock: QueryClock): number | undefined {
  const span = /^(\d{1,5})([hdw])$/i.exec(text)
  if (span) return clock.nowMs - Number(span[1]) * SPANS[span[2]!.toLowerCase()]!
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (day) return isDay(text) ? clock.dayStart(Number(day[1]), Number(day[2]), Number(day[3])) : undefined
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/i.test(text)) return undefined
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? undefined : atMs
}

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
