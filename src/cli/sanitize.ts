import { HOSTILE_CHARACTERS } from '../domain/hostile-characters.ts'

/** Text that a terminal shows and does not obey: `^[` for ESC, `^?` for DEL, `\u{202e}` for the rest. Idempotent. */
export function sanitize(text: string): string {
  return text.replace(HOSTILE_CHARACTERS, (character) => {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x20) return `^${String.fromCharCode(code + 0x40)}`
    return code === 0x7f ? '^?' : `\\u{${code.toString(16)}}`
  })
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
