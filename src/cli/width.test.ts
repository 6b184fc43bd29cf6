import { describe, expect, it } from 'vitest'
import { cutEnd, cutMiddle, displayWidth, takeStart, wrap } from './width.ts'

describe('displayWidth', () => {
  it.each([
    ['plain', 5],
    ['漢字', 4],
    ['한글', 4],
    ['ｆｕｌｌ', 8],
    ['e\u0301', 1],
    ['é', 1],
    ['😀', 2],
    ['·–…●', 4],
    ['नि', 1 + 1],
    ['', 0],
  ])('measures %j as %i columns', (text, width) => {
    expect(displayWidth(text)).toBe(width)
  })
})

describe('cutting', () => {
  it('cuts at the end with an ellipsis inside the width', () => {
    expect(cutEnd('Cache tide tables on disk', 12)).toBe('Cache tide…')
    expect(cutEnd('short', 12)).toBe('short')
    expect(cutEnd('x', 0)).toBe('')
  })

  it('never cuts a wide character in half', () => {
    expect(cutEnd('漢字漢字', 6)).toBe('漢字…')
    expect(displayWidth(cutEnd('漢字漢字', 6))).toBeLessThanOrEqual(6)
    expect(takeStart('a漢', 2)).toBe('a')
  })

  it('never cuts emoji that are joined', () => {
    expect(cutEnd('ab👩\u200d👩\u200d👧 c', 8)).toBe('ab…')
    expect(wrap('👩\u200d💻👩\u200d💻👩\u200d💻', 9)).toEqual(['👩\u200d💻👩\u200d💻', '👩\u200d💻'])
    expect(wrap('👩\u200d💻👩\u200d💻', 4)).toEqual(['👩\u200d💻', '👩\u200d💻'])
  })

  it('cuts a path in the middle and keeps its file name', () => {
    expect(cutMiddle('src/very/long/way/reader.ts', 20)).toBe('src/ver…ay/reader.ts')
    expect(cutMiddle('a/reader-with-a-long-name.ts', 12)).toBe('…ong-name.ts')
  })
})

describe('wrap', () => {
  it('breaks at blanks and cuts a word that is too long', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
    expect(wrap('abcdefghij k', 4)).toEqual(['abcd', 'efgh', 'ij k'])
    expect(wrap('a\n\nb', 4)).toEqual(['a', '', 'b'])
  })
})
