/** Code points that take no column: combining marks, joiners, variation selectors. */
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]$/u
const EMOJI = /^\p{Emoji_Presentation}$/u

/** Ranges that take two columns: East Asian Wide and Fullwidth of Unicode 16 (EastAsianWidth.txt), joined where close. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18d08],
  [0x1aff0, 0x1b2fb],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
]

const ASCII = /^[\x20-\x7e]*$/

/** Columns that text takes on a terminal. Expects sanitized text on one line. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x7f) return 1
  if (ZERO.test(character)) return 0
  if (EMOJI.test(character)) return 2
  for (const [first, last] of WIDE) {
    if (code < first) return 1
    if (code <= last) return 2
  }
  return 1
}

const ELLIPSIS = '…'

/** Cuts at the end to at most `width` columns, with `…` for what is gone. */
export function cutEnd(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  return width < 1 ? '' : `${takeStart(text, width - 1).trimEnd()}${ELLIPSIS}`
}

/** Cuts a path in the middle; what it ends with tells most, so that gets two thirds, or its file name if that is longer. */
export function cutMiddle(path: string, width: number): string {
  if (displayWidth(path) <= width) return path
  if (width < 1) return ''
  const name = displayWidth(path.slice(path.lastIndexOf('/')))
  const end = Math.min(width - 1, Math.max(name, Math.floor(((width - 1) * 2) / 3)))
  return `${takeStart(path, width - 1 - end)}${ELLIPSIS}${takeEnd(path, end)}`
}

/** The longest start of `text` within `width` columns, never half a character and its marks. */
export function takeStart(text: string, width: number): string {
  let used = 0
  let end = 0
  for (const character of charactersOf(text)) {
    used += displayWidth(character)
    if (used > width) break
    end += character.length
  }
  return text.slice(0, end)
}

/** Emoji that are joined stay together. */
function charactersOf(text: string): Iterable<string> {
  if (!text.includes('\u200d')) return text
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)
}

function takeEnd(text: string, width: number): string {
  const characters = [...charactersOf(text)]
  let used = 0
  let start = characters.length
  while (start > 0) {
    used += displayWidth(characters[start - 1] ?? '')
    if (used > width) break
    start--
  }
  return characters.slice(start).join('')
}

/** Breaks text into lines of at most `width` columns at blanks; a longer word is cut. Keeps its own line ends. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let line = ''
    for (let word of paragraph.split(' ')) {
      if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
        lines.push(line)
        line = ''
      }
      while (displayWidth(word) > width) {
        const part = takeStart(word, width) || [...charactersOf(word)][0]!
        lines.push(part)
        word = word.slice(part.length)
      }
      line = line === '' ? word : `${line} ${word}`
    }
    lines.push(line)
  }
  return lines
}
