/** A picture as a transcript holds it. */
export interface Picture {
  mediaType: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp'
  /** Base64, as it was recorded. */
  data: string
}

/** How the bytes of each kind begin, in base64: what a record says of a picture is not believed. */
const BEGINNINGS: readonly [string, Picture['mediaType']][] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
]
const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/
const SHORTEST = 32
const DEEPEST = 12
const MOST = 40

/** Pictures anywhere in a record, in its order: agents keep them as base64, alone or in a `data:` address. */
export function picturesIn(record: unknown): Picture[] {
  const found: Picture[] = []
  const look = (value: unknown, depth: number): void => {
    if (found.length >= MOST || depth > DEEPEST) return
    if (typeof value === 'string') {
      const picture = pictureOf(value)
      if (picture && !found.some(({ data }) => data === picture.data)) found.push(picture)
    } else if (typeof value === 'object' && value !== null) {
      for (const one of Object.values(value)) look(one, depth + 1)
    }
  }
  look(record, 0)
  return found
}

function pictureOf(text: string): Picture | undefined {
  const data = text.startsWith('data:image/') ? text.slice(text.indexOf(',') + 1) : text
  if (data.length < SHORTEST) return undefined
  const [, mediaType] = BEGINNINGS.find(([beginning]) => data.startsWith(beginning)) ?? []
  return mediaType !== undefined && BASE64.test(data) ? { mediaType, data } : undefined
}
