const [QUOTE, BACKSLASH, COMMA, COLON] = [34, 92, 44, 58]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125]

/**
 * Where the items of a JSON document's list lie, as [start, end) pairs of bytes in order, without the white space and the
 * commas around them.
 *
 * @param key of the list in the document's outermost object; null when the document itself is the list
 * @returns `undefined` when there is no such list, or it does not end: the document is cut off or something else
 */
export function listItems(bytes: Uint8Array, key: string | null): [number, number][] | undefined {
  const wanted = key === null ? undefined : Buffer.from(JSON.stringify(key))
  const listDepth = key === null ? 1 : 2
  const items: [number, number][] = []
  let depth = 0
  let named = false
  let inList = false
  let start = -1
  let end = -1
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte <= 32) continue
    if (inList && depth === listDepth && (byte === COMMA || byte === CLOSE_LIST)) {
      if (start >= 0) items.push([start, end])
      if (byte === CLOSE_LIST) return items
      start = -1
      continue
    }
    if (inList && start < 0) start = at
    if (byte === QUOTE) {
      const close = stringEnd(bytes, at)
      if (wanted && depth === 1 && equals(bytes, at, close, wanted)) named = followedByColon(bytes, close)
      at = close - 1
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      depth++
      if (!inList && byte === OPEN_LIST && depth === listDepth && (named || key === null)) inList = true
      else if (key === null && depth === 1) return undefined
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth--
    else if (byte === COMMA && depth === 1) named = false
    end = at + 1
  }
  return undefined
}

function stringEnd(bytes: Uint8Array, from: number): number {
  for (let at = from + 1; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++
    else if (bytes[at] === QUOTE) return at + 1
  }
  return bytes.length
}

function equals(bytes: Uint8Array, from: number, to: number, wanted: Uint8Array): boolean {
  return to - from === wanted.length && wanted.every((byte, i) => bytes[from + i] === byte)
}

function followedByColon(bytes: Uint8Array, from: number): boolean {
  let at = from
  while (at < bytes.length && bytes[at]! <= 32) at++
  return bytes[at] === COLON
}
