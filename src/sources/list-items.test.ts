import { describe, expect, it } from 'vitest'
import { listItems } from './list-items.ts'

const items = (text: string, key: string | null = 'messages'): string[] | undefined =>
  listItems(Buffer.from(text), key)?.map(([from, to]) => Buffer.from(text).subarray(from, to).toString())

describe('the items of a document’s list', () => {
  it('are found with what lies around them left out', () => {
    expect(items('{"id":1,"messages":[ {"a":1} ,\n  [2, 3], "x,]", 4.5\n],"end":[9]}')).toEqual([
      '{"a":1}',
      '[2, 3]',
      '"x,]"',
      '4.5',
    ])
    expect(items('[{"é":"}"},{}]', null)).toEqual(['{"é":"}"}', '{}'])
  })

  it('are none in an empty list', () => {
    expect(items('{"messages": [ ]}')).toEqual([])
  })

  it('are those of the outermost list of that name, not of one in a string or deeper', () => {
    expect(items('{"meta":{"messages":[1]},"text":"\\"messages\\":[2]","messages":[3]}')).toEqual(['3'])
    expect(items('{"name":"messages","other":[1],"messages":[2]}')).toEqual(['2'])
  })

  it('are not known where the list is missing, something else or cut off', () => {
    expect(items('{"id":1}')).toBeUndefined()
    expect(items('{"messages":null,"other":[1]}')).toBeUndefined()
    expect(items('{"messages":[{"a":1},{"b"')).toBeUndefined()
    expect(items('{"messages":[1]}', null)).toBeUndefined()
    expect(items('')).toBeUndefined()
  })
})
