import { seeded } from '../test/random.ts'

/** What histories are made of: the same seed gives the same one on every machine. */
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
  const fraction = seeded(seed)
  const below = (limit: number): number => Math.floor(fraction() * limit)
  const hex = (digits: number): string => {
    let text = ''
    while (text.length < digits) text += (fraction() * 0x1_0000_0000).toString(16).padStart(8, '0')
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
