import { describe, expect, it } from 'vitest'
import { oneLine, sanitize, sanitizeJson } from './sanitize.ts'
import { Screen } from './screen.ts'
import { bad, match, subject } from './text.ts'

describe('sanitize', () => {
  it('writes control characters as carets and keeps newline and tab', () => {
    expect(sanitize('a\u001b[31mred\u0007\tb\nc\u0000\u007f\r')).toBe('a^[[31mred^G\tb\nc^@^?^M')
  })

  it('writes C1, bidirectional, zero-width and tag characters as code points', () => {
    expect(sanitize('x\u009b31m\u202e\u200b\ufeff\u{e0041}\u2066')).toBe(
      'x\\u{9b}31m\\u{202e}\\u{200b}\\u{feff}\\u{e0041}\\u{2066}',
    )
  })

  it('writes a lone surrogate as its code point and leaves whole characters alone', () => {
    expect(sanitize('a\ud800b 漢字 é 😀')).toBe('a\\u{d800}b 漢字 é 😀')
  })

  it('leaves a joiner between emoji, and only there', () => {
    const family = '👩\u200d👩\u200d👧 🏳\ufe0f\u200d🌈 👍🏽\u200d💻'
    expect(sanitize(family)).toBe(family)
    expect(sanitize('a\u200db 👩\u200d👩\u200d 👩\u200dx x\u200d👩')).toBe(
      'a\\u{200d}b 👩\u200d👩\\u{200d} 👩\\u{200d}x x\\u{200d}👩',
    )
  })

  it('changes nothing the second time', () => {
    const once = sanitize(everyHostile())
    expect(sanitize(once)).toBe(once)
  })

  it('leaves no character that Unicode calls a control, a direction, a separator or ignorable, but variation selectors', () => {
    const hostile = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u
    const kept: number[] = []
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code)
      if (hostile.test(character) && sanitize(character) === character) kept.push(code)
    }
    const selectors = Array.from({ length: 16 }, (_, index) => 0xfe00 + index)
    expect(kept).toEqual([0x09, 0x0a, ...selectors])
  })

  it('puts text on one line before it cleans it', () => {
    expect(oneLine('  a\r\n\tb\u001bc ')).toBe('a b^[c')
  })
})

describe('sanitizeJson', () => {
  it('keeps the value and escapes what a terminal would obey', () => {
    const value = { text: everyHostile() }
    const json = sanitizeJson(JSON.stringify(value))
    expect(JSON.parse(json)).toEqual(value)
    expect(json).toBe(sanitize(json))
  })
})

describe('the screen', () => {
  it('lets no control sequence through but its own colours, wherever the text stands', () => {
    const random = generator(20_261_120)
    for (let round = 0; round < 300; round++) {
      const hostile = Array.from({ length: 40 }, () => pick(random)).join('')
      const { screen, written } = colourScreen()
      screen.line(hostile, subject(hostile), [bad(hostile), [match(hostile)]])
      screen.prose(hostile, { indent: 4 })
      screen.ask(hostile)
      screen.transient(hostile)
      screen.json({ hostile })
      const rest = written().replace(/\u001b\[(?:1|2|22|31|32|33|36|39|7|27)m|\r\u001b\[2K/g, '')
      expect(rest).toBe(sanitize(rest))
    }
  })

  it('does not take a foreign colour for its own', () => {
    const { screen, written } = colourScreen()
    screen.line('\u001b[31mred\u001b[39m')
    expect(written()).toBe('^[[31mred^[[39m\n')
  })
})

function everyHostile(): string {
  const ranges: [number, number][] = [
    [0, 8],
    [0xb, 0x1f],
    [0x7f, 0x9f],
    [0x200b, 0x200f],
    [0x2028, 0x202e],
    [0x2060, 0x206f],
    [0xfff9, 0xfffb],
    [0xe0000, 0xe01ef],
  ]
  const points = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index))
  return String.fromCodePoint(...points, 0xad, 0x61c, 0x180e, 0xfeff)
}

function colourScreen(): { screen: Screen; written(): string } {
  let text = ''
  const sink = { write: (more: string) => (text += more) }
  return { screen: new Screen({ sink, terminal: true, colour: true, unicode: true, columns: 80 }), written: () => text }
}

function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function pick(random: () => number): string {
  const pieces = [
    '\u001b[2J',
    '\u001b]0;title\u0007',
    '\u009b',
    '\u001b[31m',
    '\u202e',
    'word',
    ' ',
    '\n',
    '漢',
    '\ud83d',
  ]
  const place = Math.floor(random() * (pieces.length + 2))
  return pieces[place] ?? String.fromCodePoint(Math.floor(random() * 0x10ffff))
}
