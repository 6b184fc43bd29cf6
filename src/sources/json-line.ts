/** Deeper records are archived and not read: nothing downstream walks without a floor under it. */
export const MAX_DEPTH = 1000

/** What one line holds: a record, nothing, or something that cannot be read and why. */
export type JsonLine =
  | { kind: 'record'; value: Record<string, unknown>; text: string }
  | { kind: 'blank' }
  | { kind: 'unreadable'; reason: string }

/**
 * Reads one line as a JSON object.
 *
 * Invalid UTF-8 is read with replacement characters; a byte order mark and a trailing CR are dropped.
 * @param ascii the caller knows that all bytes are below 0x80: decoding is a copy then
 */
export function parseLine(bytes: Buffer, from: number, to: number, ascii: boolean): JsonLine {
  let end = to
  while (end > from && (bytes[end - 1] === 10 || bytes[end - 1] === 13)) end--
  let start = from
  if (bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) start += 3
  while (start < end && (bytes[start] === 32 || bytes[start] === 9 || bytes[start] === 10 || bytes[start] === 13))
    start++
  if (start === end) return { kind: 'blank' }
  const text = bytes.toString(ascii ? 'latin1' : 'utf8', start, end)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { kind: 'unreadable', reason: unreadable(bytes, start, end) }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {
      kind: 'unreadable',
      reason: `not a record: ${value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`}`,
    }
  }
  if (end - start > 2 * MAX_DEPTH && isDeeper(value, MAX_DEPTH)) {
    return { kind: 'unreadable', reason: `nested more than ${MAX_DEPTH} deep: archived, not read` }
  }
  return { kind: 'record', value: value as Record<string, unknown>, text }
}

function unreadable(bytes: Buffer, start: number, end: number): string {
  if (bytes[start] !== 123) return 'not JSON'
  if (bytes.subarray(start, end).includes(0)) return 'not JSON: holds NUL bytes'
  return bytes[end - 1] === 125 ? 'not JSON' : 'not JSON, cut off in mid-record'
}

/** True when `value` nests deeper than `limit`. Walks level by level, so that no depth can overflow the stack. */
export function isDeeper(value: unknown, limit: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true
    const next: unknown[] = []
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue
      for (const child of Array.isArray(item) ? item : Object.values(item)) {
        if (typeof child === 'object' && child !== null) next.push(child)
      }
    }
    level = next
  }
  return false
}
