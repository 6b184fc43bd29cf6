import { expect, it } from 'vitest'
import { readTag, readTags } from './tag.ts'

it('a tag is a word in small letters, 64 at most, without its #', () => {
  expect(readTags(['#Tide', 'tide', 'v1.2/ui'])).toEqual(['tide', 'v1.2/ui'])
  expect(readTag('x'.repeat(64))).toBe('x'.repeat(64))
  for (const word of ['x'.repeat(65), '', '#', 'a,b', '"a"', '-a'])
    expect(() => readTag(word), word).toThrow(expect.objectContaining({ code: 'invalid' }))
})
