/** Whole numbers from 0 to 2 ** 53, 16 bytes each: a set for very many. */
export interface HashSet {
  readonly size: number
  has(hash: number): boolean
  add(hash: number): void
}

const EMPTY = -1
const SMALLEST = 64

export function hashSet(): HashSet {
  let slots = new Float64Array(SMALLEST).fill(EMPTY)
  let size = 0

  // Open addressing; the hashes are spread already, so their low bits are the place.
  function place(hash: number): number {
    const mask = slots.length - 1
    let at = hash % slots.length
    while (slots[at] !== EMPTY && slots[at] !== hash) at = (at + 1) & mask
    return at
  }

  function grow(): void {
    const before = slots
    slots = new Float64Array(before.length * 2).fill(EMPTY)
    for (const hash of before) if (hash !== EMPTY) slots[place(hash)] = hash
  }

  return {
    get size() {
      return size
    },
    has: (hash) => slots[place(hash)] === hash,
    add(hash) {
      const at = place(hash)
      if (slots[at] === hash) return
      slots[at] = hash
      if (++size * 2 > slots.length) grow()
    },
  }
}
