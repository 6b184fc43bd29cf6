/** A literal that announces a secret somewhere near it. At least three bytes of ASCII. */
export interface Anchor {
  text: string
  ignoreCase: boolean
}

/** Finds every anchor in `bytes` from `from` to `to`; calls `found` with its number and its first byte's offset. */
export type AnchorScan = (bytes: Uint8Array, from: number, to: number, found: (anchor: number, at: number) => void) => void

const WINDOW = 4
const FAR = WINDOW - 1

/**
 * Makes a scan for many literals in one pass over the bytes (Wu and Manber, 1994, with blocks of two bytes).
 *
 * Of every literal a window of four bytes is chosen, or three with any byte before them, whose last two are rare in
 * code and prose. The last two bytes of the current window say how far it can move: three bytes, most of the time.
 */
export function anchorScan(anchors: readonly Anchor[]): AnchorScan {
  const literals = anchors.map(({ text }) => Buffer.from(text, 'latin1'))
  const shifts = new Uint8Array(0x10000).fill(FAR)
  const buckets: ({ anchor: number; back: number }[] | undefined)[] = []
  anchors.forEach(({ ignoreCase }, anchor) => {
    const literal = literals[anchor] as Buffer
    const end = rarestEnd(literal)
    for (let back = 0; back < FAR; back++) {
      for (const block of blocks(literal, end - back, ignoreCase)) {
        if ((shifts[block] as number) > back) shifts[block] = back
        if (back === 0) (buckets[block] ??= []).push({ anchor, back: end })
      }
    }
  })

  const matches = (bytes: Uint8Array, at: number, to: number, anchor: number): boolean => {
    const literal = literals[anchor] as Buffer
    if (at + literal.length > to) return false
    const fold = (anchors[anchor] as Anchor).ignoreCase
    for (let i = 0; i < literal.length; i++) {
      const byte = bytes[at + i] as number
      if (byte !== literal[i] && !(fold && isLetter(byte) && (byte ^ 0x20) === literal[i])) return false
    }
    return true
  }

  return (bytes, from, to, found) => {
    let end = from + 2
    while (end < to) {
      const block = ((bytes[end - 1] as number) << 8) | (bytes[end] as number)
      const shift = shifts[block] as number
      if (shift !== 0) {
        end += shift
        continue
      }
      for (const { anchor, back } of buckets[block] as { anchor: number; back: number }[]) {
        const at = end - back
        if (at >= from && matches(bytes, at, to, anchor)) found(anchor, at)
      }
      end++
    }
  }
}

/** Offset of the last byte of the window: the one whose last two bytes are the least common. */
function rarestEnd(literal: Buffer): number {
  let best = FAR - 1
  let bestCost = Number.POSITIVE_INFINITY
  for (let end = FAR - 1; end < literal.length; end++) {
    const cost = commonness(literal[end - 1] as number) * commonness(literal[end] as number)
    if (cost < bestCost) {
      best = end
      bestCost = cost
    }
  }
  return best
}

const BY_FREQUENCY = 'etaoinsrlcdu pmhgf_/"\\.:-0b1y2=v'

function commonness(byte: number): number {
  const rank = BY_FREQUENCY.indexOf(String.fromCharCode(byte))
  return rank < 0 ? 1 : BY_FREQUENCY.length + 1 - rank
}

/** The two-byte blocks that end at `end`, in all cases wanted; before the literal begins, any byte will do. */
function blocks(literal: Buffer, end: number, ignoreCase: boolean): number[] {
  const firsts = end === 0 ? Array.from({ length: 256 }, (_, byte) => byte) : cases(literal[end - 1] as number, ignoreCase)
  return firsts.flatMap((first) => cases(literal[end] as number, ignoreCase).map((second) => (first << 8) | second))
}

function cases(byte: number, ignoreCase: boolean): number[] {
  return ignoreCase && isLetter(byte) ? [byte, byte ^ 0x20] : [byte]
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x7a
}
