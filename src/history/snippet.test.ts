import { expect, it } from 'vitest'
import { parseSearchQuery } from '../domain/search-query.ts'
import { makeSnippet } from './snippet.ts'

const marked = (text: string, query: string): string[] => {
  const { snippet, marks } = makeSnippet(text, parseSearchQuery(query).terms.all)
  return marks.map(([start, end]) => snippet.slice(start, end))
}
const far = 'something else altogether '.repeat(40)

it('shows the place where the words stand together, not the first of them', () => {
  expect(
    marked(`a table ${far} stale bread ${far} a stale table was served ${far} stale table`, 'stale table'),
  ).toEqual(['stale', 'table'])
})

it('shows the first place where no two stand together', () => {
  expect(marked(`a table ${far} stale bread`, 'stale table')).toEqual(['table'])
})

it('shows the first place of one word', () => {
  expect(makeSnippet(`first tide here ${far} second tide`, parseSearchQuery('tide').terms.all).snippet).toMatch(
    /^first tide here /,
  )
})
