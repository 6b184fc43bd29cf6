const BACKSLASH = 0x5c
const QUOTE = 0x22

/**
 * A stretch of raw bytes with its JSON escapes undone, whatever their depth, and the way back to the raw bytes.
 *
 * `text` has one character (0 to 255) per decoded UTF-8 byte. Character `i` stands for the raw bytes from `starts[i]` to
 * `starts[i + 1]`, always a whole escape: cutting there leaves valid JSON at every depth.
 */
export interface Decoded {
  readonly text: string
  readonly bytes: Buffer
  readonly starts: Int32Array
}

/** Index of the character that begins at raw offset `at`; -1 when an escape swallowed it. */
export function indexOfRaw(decoded: Decoded, at: number): number {
  const { starts } = decoded
  let low = 0
  let high = decoded.text.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const start = starts[middle] as number
    if (start === at) return middle
    if (start < at) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** Moves `from` back to where an escape that covers it begins. */
export function escapeStart(raw: Uint8Array, from: number, lowest: number): number {
  let start = from
  for (let back = 1; back <= 4 && from - back > lowest; back++) {
    if (raw[from - back] === 0x75 && raw[from - back - 1] === BACKSLASH) {
      start = from - back
      break
    }
  }
  while (start > lowest && raw[start - 1] === BACKSLASH) start--
  return start
}

/**
 * Decodes from raw offset `from` on until `maxChars` characters are made or `to` is reached.
 *
 * A run of backslashes and the letter after it count as one escape, so `\n`, `\\n` and `\\\\n` all read as a line feed:
 * text nested in JSON strings inside JSON strings looks the same as plain text. Quotes are the exception. Of `k`
 * backslashes before one, only as many belong to it as its depth needs (0, 1, 3, 7, ...); a quote that ends a string
 * thus never hides behind a backslash that the string ended with.
 */
export function decode(raw: Buffer, from: number, to: number, maxChars: number): Decoded {
  const room = Math.min(maxChars, to - from) + 4
  const bytes = Buffer.allocUnsafe(room)
  const starts = new Int32Array(room + 1)
  const last = room - 4
  let at = from
  let length = 0
  while (at < to && length < last) {
    const byte = raw[at] as number
    starts[length] = at
    if (byte !== BACKSLASH) {
      bytes[length++] = byte
      at++
      continue
    }
    let end = at + 1
    while (end < to && raw[end] === BACKSLASH) end++
    const next = end < to ? (raw[end] as number) : 0
    const unit = next === 0x75 ? hex4(raw, end + 1, to) : -1
    if (unit >= 0) {
      const begin = length
      length = putUtf8(bytes, length, unit)
      at = end + 5
      for (let i = begin + 1; i < length; i++) starts[i] = at
    } else if (next === QUOTE) {
      const own = ownBackslashes(end - at)
      if (end - own > at) {
        bytes[length++] = BACKSLASH
        starts[length] = end - own
      }
      bytes[length++] = QUOTE
      at = end + 1
    } else {
      const control = CONTROL[next] as number
      bytes[length++] = control || BACKSLASH
      at = control ? end + 1 : end
    }
  }
  starts[length] = at
  return { text: bytes.toString('latin1', 0, length), bytes: bytes.subarray(0, length), starts }
}

/** What `\n`, `\t` and the like stand for, by the letter; 0 where the backslash stands for itself. */
const CONTROL = new Uint8Array(256)
for (const [letter, byte] of [
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['b', 8],
  ['f', 12],
  ['/', 47],
  ["'", 39],
] as const) {
  CONTROL[letter.charCodeAt(0)] = byte
}

function ownBackslashes(run: number): number {
  let own = 0
  while ((run & (own + 1)) !== 0) own = own * 2 + 1
  return own
}

function hex4(raw: Uint8Array, at: number, to: number): number {
  if (at + 4 > to) return -1
  let value = 0
  for (let i = at; i < at + 4; i++) {
    const digit = hexDigit(raw[i] as number)
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

export function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

function putUtf8(bytes: Buffer, at: number, unit: number): number {
  if (unit < 0x80) {
    bytes[at] = unit
    return at + 1
  }
  if (unit < 0x800) {
    bytes[at] = 0xc0 | (unit >> 6)
    bytes[at + 1] = 0x80 | (unit & 0x3f)
    return at + 2
  }
  bytes[at] = 0xe0 | (unit >> 12)
  bytes[at + 1] = 0x80 | ((unit >> 6) & 0x3f)
  bytes[at + 2] = 0x80 | (unit & 0x3f)
  return at + 3
}
