/**
 * What must never reach a terminal raw: C0 but newline and tab, DEL, C1, lone surrogates, bidirectional controls,
 * zero-width and invisible characters, line and paragraph separators, Unicode tags and variation selectors 17 to 256.
 *
 * A terminal obeys the first three; the rest hides text or turns it round (CVE-2021-42574, "Trojan Source").
 */
const HOSTILE = new RegExp(
  `[${[
    String.raw`\u0000-\u0008\u000b-\u001f\u007f-\u009f`,
    String.raw`\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f`,
    String.raw`\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164`,
    String.raw`\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}`,
  ].join('')}]`,
  'gu',
)

/** Text that a terminal shows and does not obey: `^[` for ESC, `^?` for DEL, `\u{202e}` for the rest. Idempotent. */
export function sanitize(text: string): string {
  return text.replace(HOSTILE, (character) => {
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
  return json.replace(HOSTILE, (character) => {
    let escaped = ''
    for (let i = 0; i < character.length; i++) {
      escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`
    }
    return escaped
  })
}
