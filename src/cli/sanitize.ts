import { HOSTILE_CHARACTERS } from '../domain/hostile-characters.ts'

const JOINER = '\u200d'
// Not as one class: with one, V8 14 (Node 26.10) does not find a character of two units before the end.
const EMOJI_BEFORE = /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)$/u
const EMOJI_AFTER = /^\p{Extended_Pictographic}/u

/**
 * Text that a terminal shows and does not obey: `^[` for ESC, `^?` for DEL, `\u{202e}` for the rest. A joiner between two emoji
 * is part of what is seen and stays. Idempotent.
 */
export function sanitize(text: string): string {
  return text.replace(HOSTILE_CHARACTERS, (character, at: number) => {
    if (character === JOINER && joinsEmoji(text, at)) return character
    const code = character.codePointAt(0) ?? 0
    if (code < 0x20) return `^${String.fromCharCode(code + 0x40)}`
    return code === 0x7f ? '^?' : `\\u{${code.toString(16)}}`
  })
}

function joinsEmoji(text: string, at: number): boolean {
  return EMOJI_BEFORE.test(text.slice(Math.max(0, at - 2), at)) && EMOJI_AFTER.test(text.slice(at + 1, at + 3))
}

/** The same on one line: line ends, tabs and runs of blanks become one blank. For cells, titles and snippets. */
export function oneLine(text: string): string {
  return sanitize(text.replace(/\s+/g, ' ').trim())
}

/** A JSON document whose strings hold no such character raw: they are written as `\u` escapes and mean the same. */
export function sanitizeJson(json: string): string {
  return json.replace(HOSTILE_CHARACTERS, (character) => {
    let escaped = ''
    for (let i = 0; i < character.length; i++) {
      escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`
    }
    return escaped
  })
}
