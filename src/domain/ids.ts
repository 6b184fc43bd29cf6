/**
 * A UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then random bits.
 *
 * @param atMs Unix milliseconds, clamped to 0 or later
 * @param random 10 random bytes
 */
export function uuidv7(atMs: number, random: Uint8Array): string {
  const time = Math.max(0, Math.floor(atMs)).toString(16).padStart(12, '0').slice(-12)
  const hex = Array.from(random.subarray(0, 10), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const variant = ((Number.parseInt(hex.slice(4, 5), 16) & 0x3) | 0x8).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(5, 8)}-${hex.slice(8, 20)}`
}

/**
 * A UUIDv8 (RFC 9562) that names what was hashed: the same for the same.
 *
 * @param hex a hash of at least 128 bits
 */
export function uuidOfHash(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const HASH_LOW = 0x1_0000_0000

/**
 * A 48-bit hash of text, as a whole number that fits a double exactly.
 *
 * Two multiplicative lanes over UTF-16 units (the construction known as cyrb53). It names records inside one store, where
 * it is always paired with a time: it is not for secrets and not collision-proof against an adversary.
 */
export function hash48(text: string): number {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 2654435761)
    b = Math.imul(b ^ unit, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return (b & 0xffff) * HASH_LOW + (a >>> 0)
}

const HALF_DIGITS = 5
const HALF_SPACE = 36 ** HALF_DIGITS

/**
 * The public id of an entry: time and the record's own id, nothing else, so it survives a re-index and is the same in
 * the transcript that holds a record and in a fork that inherited it.
 *
 * @returns `e` and 14 characters of base 36: nine for milliseconds since 1970, five for the low bits of `hash`
 */
export function entryId(atMs: number, hash: number): string {
  const time = Math.max(0, atMs)
  const high = Math.floor(time / HALF_SPACE)
  // In parts that are small integers: a larger number is made into digits as a fraction is, in twice the time.
  return `e${digits(high, 4)}${digits(time - high * HALF_SPACE, HALF_DIGITS)}${digits(hash % HALF_SPACE, HALF_DIGITS)}`
}

function digits(value: number, count: number): string {
  return value.toString(36).padStart(count, '0')
}

/** Takes an entry id apart again; `undefined` when it is not one. `hashLow` is `hash % 36 ** 5`. */
export function parseEntryId(id: string): { atMs: number; hashLow: number } | undefined {
  if (!/^e[0-9a-z]{14}$/.test(id)) return undefined
  return { atMs: Number.parseInt(id.slice(1, 10), 36), hashLow: Number.parseInt(id.slice(10), 36) }
}

/** The low bits of an entry's hash that its public id carries. */
export function entryHashLow(hash: number): number {
  return hash % HALF_SPACE
}

/** `SESSION-007` and above: three digits, then as many as it takes. */
export function sessionKey(number: number): string {
  return `SESSION-${String(number).padStart(3, '0')}`
}

/** The number in `SESSION-042`, `session-42` or `42`; `undefined` for anything else. */
export function parseSessionKey(text: string): number | undefined {
  const match = /^(?:session-)?0*([0-9]{1,12})$/i.exec(text)
  return match ? Number(match[1]) : undefined
}
