import type { Rows } from '../stores/ingest-batch.ts'

/** Rows of numbers that grow; null and undefined become NaN. */
export interface RowWriter {
  push(...values: (number | null | undefined)[]): void
  rows(): Rows
}

export function rowWriter(width: number, expected: number): RowWriter {
  let data = new Float64Array(Math.max(1, expected) * width)
  let count = 0
  return {
    push(...values) {
      if ((count + 1) * width > data.length) {
        const larger = new Float64Array(data.length * 2)
        larger.set(data)
        data = larger
      }
      const at = count * width
      for (let i = 0; i < width; i++) data[at + i] = values[i] ?? Number.NaN
      count++
    },
    rows: () => ({ count, data: data.subarray(0, count * width) }),
  }
}

/** Text kept once, named by its place. Cleaned on the way in: well-formed, no NUL, which no store can keep. */
export interface StringTable {
  add(text: string): number
  readonly strings: string[]
}

export function stringTable(): StringTable {
  const places = new Map<string, number>()
  const strings: string[] = []
  return {
    strings,
    add(text) {
      const known = places.get(text)
      if (known !== undefined) return known
      const place = strings.push(storable(text)) - 1
      places.set(text, place)
      return place
    },
  }
}

/** The text without what a store would refuse or change: lone surrogates and NUL become U+FFFD. */
export function storable(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed()
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed
}
