import { expect, test } from 'vitest'
import { fold, tokens } from './fold.ts'
import { parseSearchQuery, parseWhen } from './search-query.ts'
import { occurrences, textMatcher } from './text-match.ts'

const word = (...tokens: string[]) => ({ tokens, prefix: false })

test('words, phrases, prefixes and negations are told apart', () => {
  expect(parseSearchQuery('Stale "old Table" cach* -draft -"not this"').terms).toEqual({
    all: [word('stale'), word('old', 'table'), { tokens: ['cach'], prefix: true }],
    none: [word('draft'), word('not', 'this')],
  })
})

test('an option of a command is a word, not a negation', () => {
  expect(parseSearchQuery('npm test --watch -x').terms).toEqual({
    all: [word('npm'), word('test'), word('watch')],
    none: [word('x')],
  })
})

test('a word that splits is a phrase of its parts', () => {
  expect(parseSearchQuery('src/foo-bar.ts snake_case').terms.all).toEqual([
    word('src', 'foo', 'bar', 'ts'),
    word('snake_case'),
  ])
})

test('fields are filters, and fields that cannot be are text', () => {
  const clock = {
    nowMs: Date.parse('2026-11-10T12:00:00Z'),
    dayStart: (y: number, m: number, d: number) => Date.UTC(y, m - 1, d),
  }
  const query = parseSearchQuery(
    'x agent:codex role:user,assistant type:thinking Tool:Bash file:"my file.ts" failed:yes after:2026-11-02 before:2d session:42',
    clock,
  )
  expect(query.fields).toEqual({
    agent: 'codex',
    roles: ['user', 'assistant'],
    types: ['thinking'],
    tool: 'Bash',
    file: 'my file.ts',
    failed: true,
    afterMs: Date.parse('2026-11-02T00:00:00Z'),
    beforeMs: Date.parse('2026-11-08T12:00:00Z'),
    session: '42',
  })
  expect(query.terms.all).toEqual([word('x')])
  expect(parseSearchQuery('type:string after:all http://localhost agent: failed:maybe').terms.all).toEqual([
    word('type', 'string'),
    word('after', 'all'),
    word('http', 'localhost'),
    word('agent'),
    word('failed', 'maybe'),
  ])
})

test('nothing to find, only negations, too long and too many are refused with a way out', () => {
  for (const [text, says] of [
    ['', 'blank'],
    [' \t"" -- ** \0', 'blank'],
    ['-a -"b c"', 'not to find'],
    ['agent:codex', 'nothing to find'],
    ['x'.repeat(1025), '1025 bytes'],
    [Array.from({ length: 33 }, (_, i) => `w${i}`).join(' '), '33 terms'],
  ] as const) {
    expect(() => parseSearchQuery(text), text.slice(0, 20)).toThrow(
      expect.objectContaining({ code: 'invalid', message: expect.stringContaining(says), hint: expect.any(String) }),
    )
  }
})

test('whatever is typed is read without an engine seeing it', () => {
  for (const text of [
    '"open',
    'a AND (b OR',
    'NEAR(a b)',
    'a\0b',
    '\ud800x',
    '^a + b : c',
    "'; DROP TABLE entry --",
    '{a b}:c',
  ])
    expect(parseSearchQuery(text).terms.all.length).toBeGreaterThan(0)
  expect(parseSearchQuery('a\0b \ud800x').terms.all).toEqual([word('a', 'b'), word('x')])
})

test('folding lowers, drops diacritics and gives unspaced scripts a token a character', () => {
  expect(tokens('Résumé ÅNGSTRÖM e\u0301 ﬁle Straße')).toEqual(['resume', 'angstrom', 'e', 'file', 'straße'])
  expect(tokens('İstanbul ΟΔΟΣ οδός')).toEqual(['istanbul', 'οδοσ', 'οδοσ'])
  expect(tokens('検索abcがぎ 한국어')).toEqual(['検', '索', 'abc', 'が', 'ぎ', '한', '국', '어'])
  expect(tokens('a→b “quoted” ✓️ done')).toEqual(['a', 'b', 'quoted', 'done'])
  expect(tokens('\ud83d\ude00 \ud800x \u{1d400}')).toEqual(['x', 'a'])
})

test('ASCII text is folded by leaving it alone, except for the mark of facets', () => {
  const text = 'Plain ASCII, (all of it)_1'
  expect(fold(text)).toBe(text)
  expect(tokens('a\x02t1')).toEqual(['a', 't1'])
})

test('folding what is folded changes nothing', () => {
  for (let code = 0x80; code < 0x30000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue
    const once = tokens(`a${String.fromCodePoint(code)}b`)
    if (tokens(once.join(' ')).join(' ') !== once.join(' ')) expect.fail(`U+${code.toString(16)} folds twice`)
  }
})

test('a matcher respects token borders, phrases and prefixes', () => {
  const matches = (query: string, text: string) => textMatcher(parseSearchQuery(query).terms)(text)
  expect(matches('table', 'a Table.')).toBe(true)
  expect(matches('table', 'tables')).toBe(false)
  expect(matches('table', 'un_table')).toBe(false)
  expect(matches('tab*', 'tables')).toBe(true)
  expect(matches('"stale table"', 'stale,\n  TABLE')).toBe(true)
  expect(matches('"stale table"', 'stale old table')).toBe(false)
  expect(matches('"stale tab"*', 'stale table')).toBe(true)
  expect(matches('検索', '全文検索する')).toBe(true)
  expect(matches('索検', '全文検索する')).toBe(false)
  expect(matches('table -stale', 'stale table')).toBe(false)
  expect(matches('a', 'aaa aa a')).toBe(true)
  expect(occurrences('a b a c a', word('a'))).toBe(3)
})

test('moments are days, times or spans ago', () => {
  const clock = { nowMs: 1_000_000_000_000, dayStart: () => 42 }
  expect(parseWhen('2026-02-28', clock)).toBe(42)
  expect(parseWhen('2026-02-30', clock)).toBeUndefined()
  expect(parseWhen('36h', clock)).toBe(1_000_000_000_000 - 36 * 3_600_000)
  expect(parseWhen('2026-11-02T10:00:00Z', clock)).toBe(Date.parse('2026-11-02T10:00:00Z'))
  expect(parseWhen('soon', clock)).toBeUndefined()
})
