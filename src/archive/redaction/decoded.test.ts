import { expect, it } from 'vitest'
import { decode, escapeStart, indexOfRaw } from './decoded.ts'

const read = (raw: string): string => decode(Buffer.from(raw), 0, Buffer.byteLength(raw), 1000).text

it.each([
  [String.raw`a\nb`, 'a\nb'],
  [String.raw`a\\nb\\\\tc`, 'a\nb\tc'],
  [String.raw`\u0041\\u0042\\\\u0043`, 'ABC'],
  [String.raw`https:\/\/a`, 'https://a'],
  [String.raw`\"x\\\"`, '"x"'],
  [String.raw`C:\\dir`, 'C:\\dir'],
  [String.raw`ends\\"`, 'ends\\"'],
  [String.raw`cut \u00`, 'cut \\u00'],
  ['\\u00e9', '\u00c3\u00a9'],
])('reads %s whatever its depth', (raw, text) => {
  expect(read(raw)).toBe(text)
})

it('leads every character back to whole escapes', () => {
  const raw = Buffer.from(String.raw`a\\u0042c\"`)
  const { text, starts } = decode(raw, 0, raw.length, 1000)
  expect(text).toBe('aBc"')
  expect([...starts.subarray(0, 5)]).toEqual([0, 1, 8, 9, 11])
  expect(indexOfRaw({ text, starts, bytes: raw }, 8)).toBe(2)
  expect(indexOfRaw({ text, starts, bytes: raw }, 4)).toBe(-1)
})

it('begins at the escape that covers a place', () => {
  const raw = Buffer.from(String.raw`ab\\u0042cd`)
  expect([3, 4, 5, 8, 9].map((at) => escapeStart(raw, at, 0))).toEqual([2, 2, 2, 2, 9])
})
