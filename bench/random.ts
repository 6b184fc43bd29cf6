/** A small seeded generator (mulberry32): the same seed gives the same history on every machine. */
export interface Random {
  /** A whole number below `limit`. */
  below(limit: number): number
  /** From 0 up to 1. */
  fraction(): number
  pick<T>(items: readonly T[]): T
  /** So many lower-case hex digits. */
  hex(digits: number): string
  uuid(): string
  /** Around `median`, most within a factor of three, a few far above. */
  skewed(median: number): number
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
  const fraction = (): number => next() / 4_294_967_296
  const below = (limit: number): number => Math.floor(fraction() * limit)
  const hex = (digits: number): string => {
    let text = ''
    while (text.length < digits) text += next().toString(16).padStart(8, '0')
    return text.slice(0, digits)
  }
  return {
    below,
    fraction,
    hex,
    pick: (items) => items[below(items.length)] as never,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
    skewed(median) {
      const normal = Math.sqrt(-2 * Math.log(fraction() + 1e-12)) * Math.cos(2 * Math.PI * fraction())
      return Math.max(1, Math.round(median * Math.exp(normal)))
    },
  }
}
