/** A kind of secret and how it is found once one of its anchors was seen. */
export interface Detector {
  /** What it reports, as written into placeholders. */
  kinds: readonly string[]
  /** Literals that announce it, three bytes or more. */
  anchors: readonly string[]
  ignoreCase?: boolean
  /** How many decoded characters the detector looks at before and after the anchor. */
  before: number
  after: number
  /** A cheap look at the raw bytes, for anchors that are common words. `at` is the offset after the anchor. */
  promising?(raw: Uint8Array, at: number): boolean
  /** Secrets in decoded text around the anchor that begins at `at`. */
  find(text: string, at: number, widths: Widths): Finding[]
}

/** How many raw bytes character `index` stands for: tells quotes of different depths apart. */
export type Widths = (index: number) => number

/** A secret in decoded text: characters `start` to `end`. */
export interface Finding {
  kind: string
  start: number
  end: number
  /** What equal secrets have in common, where that is not the text itself. */
  value?: string
  /** Recognised by the words around it only: gives way to a kind recognised by its own shape. */
  contextual?: boolean
}

/** Long opaque text without a break: an image, a signature, encrypted content. Nothing in it is a token by itself. */
const BLOB_CHARS = 300

/**
 * A detector for tokens that begin with their anchor.
 *
 * @param pattern matched exactly at the anchor; group 1, where it has one, is the secret
 * `before` counts the characters of the match that precede the anchor; `spaced` allows a blank after it; at least `least`
 * characters (8) follow it.
 */
export function token(
  kind: string,
  anchors: readonly string[],
  pattern: RegExp,
  options: { before?: number; accepts?: (secret: string) => boolean; spaced?: boolean; least?: number } = {},
): Detector {
  const sticky = new RegExp(pattern.source, `${pattern.flags}dy`)
  const ahead = options.before ?? 0
  return {
    kinds: [kind],
    anchors,
    before: BLOB_CHARS + ahead,
    after: 640,
    promising: options.spaced ? undefined : (raw, from) => goesOn(raw, from, options.least ?? 8),
    find(text, at) {
      const start = at - ahead
      if (start < 0 || !mayBegin(text, start)) return []
      sticky.lastIndex = start
      const match = sticky.exec(text)
      const span = match?.indices?.[1] ?? match?.indices?.[0]
      if (!match || !span || !(options.accepts?.(text.slice(span[0], span[1])) ?? true)) return []
      if (opaqueAround(text, span[0]) >= BLOB_CHARS && span[1] - span[0] < BLOB_CHARS) return []
      return [{ kind, start: span[0], end: span[1] }]
    },
  }
}

/** Whether so many bytes follow that a token may hold, or an escape that hides some. */
function goesOn(raw: Uint8Array, at: number, least: number): boolean {
  for (let i = at; i < at + least; i++) {
    const byte = raw[i]
    if (byte === 0x5c) return hidesCharacter(raw, i)
    if (byte === undefined || byte <= 0x24 || byte === 0x27 || byte === 0x28 || byte === 0x29 || byte === 0x2c)
      return false
  }
  return true
}

/** Whether the backslash at `at` may begin the escape of a character that belongs to a token: `\\u0041`, `\\/`. */
export function hidesCharacter(raw: Uint8Array, at: number): boolean {
  const next = raw[at + 1]
  return next === 0x75 || next === 0x5c || next === 0x2f
}

/** What ends in a letter or a digit without being a word: a colour code of a terminal (`\u001b[32m`), an encoded sign (`%22`). */
const NO_WORD = /(?:\[(?:[0-9;]{1,16}[A-Za-z]|[mK])|%[0-9A-Fa-f]{2})$/

/** Whether a secret may begin at `at`: not in the middle of a word. */
export function mayBegin(text: string, at: number): boolean {
  return at === 0 || !isWord(text.charCodeAt(at - 1)) || NO_WORD.test(text.slice(Math.max(0, at - 20), at))
}

/** Letters and digits of ASCII. */
export function isWord(code: number): boolean {
  const lower = code | 0x20
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x7a)
}

function opaqueAround(text: string, at: number): number {
  let start = at
  while (start > 0 && at - start < BLOB_CHARS && isOpaque(text.charCodeAt(start - 1))) start--
  let end = at
  while (end < text.length && end - start < BLOB_CHARS && isOpaque(text.charCodeAt(end))) end++
  return end - start
}

function isOpaque(code: number): boolean {
  return isWord(code) || code === 0x2b || code === 0x2f || code === 0x3d || code === 0x2d || code === 0x5f
}
