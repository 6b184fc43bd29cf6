/** A literal that announces a secret somewhere near it. At least three bytes of ASCII. */
export interface Anchor {
  text: string
  ignoreCase: boolean
}

/** Finds every anchor in `bytes` from `from` to `to`; calls `found` with its number and its first byte's offset. */
export type AnchorScan = (
  bytes: Uint8Array,
  from: number,
  to: number,
  found: (anchor: number, at: number) => void,
) => void

const WINDOW = 4
const FAR = WINDOW - 1

/**
 * Makes a scan for many literals in one pass over the bytes (Wu and Manber, 1994, with blocks of two bytes).
 *
 * Of every literal a window of four bytes is chosen, or three with any byte before them, whose last two are rare in
 * code and prose. The last two bytes of the current window say how far it can move: three bytes, most of the time.
 */
export function anchorScan(anchors: readonly Anchor[]): AnchorScan {
  const shifts = new Uint8Array(0x10000).fill(FAR)
  const buckets = new Map<number, Literal[]>()
  anchors.forEach((anchor, number) => {
    const { text, ignoreCase } = anchor
    const bytes = Buffer.from(text, 'latin1')
    const end = rarestEnd(text)
    for (let back = 0; back < FAR; back++) {
      for (const block of blocks(bytes, end - back, ignoreCase)) {
        if ((shifts[block] as number) > back) shifts[block] = back
        if (back === 0) buckets.set(block, [...(buckets.get(block) ?? []), { number, bytes, end, ignoreCase }])
      }
    }
  })
  const { slots, thirds, literals } = index(buckets)

  return (bytes, from, to, found) => {
    let end = from + FAR - 1
    for (;;) {
      end = nextStop(shifts, bytes, end, to)
      if (end >= to) return
      const block = ((bytes[end - 1] as number) << 8) | (bytes[end] as number)
      const slot = slots[block] as number
      if (thirds[(slot << 8) | (bytes[end - 2] as number)] !== 0) {
        for (const literal of literals[slot] as Literal[]) {
          const at = end - literal.end
          if (at >= from && matches(bytes, at, to, literal)) found(literal.number, at)
        }
      }
      end++
    }
  }
}

/** The next place where a window may be: a loop without calls, where all the time goes. */
function nextStop(shifts: Uint8Array, bytes: Uint8Array, from: number, to: number): number {
  let end = from
  while (end < to) {
    const shift = shifts[((bytes[end - 1] as number) << 8) | (bytes[end] as number)] as number
    if (shift === 0) return end
    end += shift
  }
  return end
}

interface Literal {
  number: number
  bytes: Buffer
  /** Offset in `bytes` of the last byte of the window. */
  end: number
  ignoreCase: boolean
}

/** Literals by slot, the slot of each block, and which bytes may stand before a block: most hits end there. */
function index(buckets: Map<number, Literal[]>): { slots: Uint16Array; thirds: Uint8Array; literals: Literal[][] } {
  const slots = new Uint16Array(0x10000)
  const thirds = new Uint8Array(buckets.size << 8)
  const literals = [...buckets.values()]
  let slot = 0
  for (const [block, bucket] of buckets) {
    slots[block] = slot
    for (const { bytes, end, ignoreCase } of bucket) {
      for (const byte of cases(bytes[end - 2] as number, ignoreCase)) thirds[(slot << 8) | byte] = 1
    }
    slot++
  }
  return { slots, thirds, literals }
}

function matches(bytes: Uint8Array, at: number, to: number, literal: Literal): boolean {
  const wanted = literal.bytes
  if (at + wanted.length > to) return false
  for (let i = 0; i < wanted.length; i++) {
    const byte = bytes[at + i] as number
    if (byte !== wanted[i] && !(literal.ignoreCase && isLetter(byte) && (byte ^ 0x20) === wanted[i])) return false
  }
  return true
}

/** Offset of the last byte of the window: the one whose last two bytes are the least common. */
function rarestEnd(literal: string): number {
  let best = FAR - 1
  for (let end = FAR; end < literal.length; end++) {
    if (commonness(literal, end) < commonness(literal, best)) best = end
  }
  return best
}

/** The most common pairs of bytes that occur in anchors, counted over published transcripts, the most common first. */
const COMMON_PAIRS =
  'xx  inrente esonenertetin stseatortrmeiot lehelissan ttatoths etcodeitnesi srongr iledchalrad  f comrrgeriecns' +
  ' e:  aisarmp xpeasutnc indpooourolirfieaagtuacexidckifemuspradnl//ctveoumm nf paelamminitsmaim r/ llcacll hat.' +
  '00o ypokfo podlaptxtuntyrnoiuls.sattpursy  wshnahoaicet_lo b/c m : o 1t/01dadiop20ke--g faeekp11ple/ d-4sorkcr' +
  '_teph 02giry 5otiemo 2rtnosuicaugshi lnp- efosrci/ue:1e_ewls26n-evuiabowmd he- 3ips/dolde. urunfa go:0ltwo10wi' +
  ' 4tcba_iegbe. -022vilu55udbl6-12oc1-l_/efefunusc17-c-1dd.g21/pn/ksbrk /t/s_cupcmum -og25c-spff gw ly48apktrmtp' +
  'tmc d/1315ixgy-20419nvquojovkim 79sk95ivig52-s-89966mteq33fm44tf03ph3056 //r-bt:78uu23142-5-rfg.16xi59n_-a4081'

function commonness(literal: string, end: number): number {
  const pair = literal.slice(end - 1, end + 1).toLowerCase()
  for (let at = COMMON_PAIRS.indexOf(pair); at >= 0; at = COMMON_PAIRS.indexOf(pair, at + 1)) {
    if (at % 2 === 0) return COMMON_PAIRS.length - at
  }
  return 0
}

/** The two-byte blocks that end at `end`, in all cases wanted; before the literal begins, any byte will do. */
function blocks(literal: Buffer, end: number, ignoreCase: boolean): number[] {
  const firsts =
    end === 0 ? Array.from({ length: 256 }, (_, byte) => byte) : cases(literal[end - 1] as number, ignoreCase)
  return firsts.flatMap((first) => cases(literal[end] as number, ignoreCase).map((second) => (first << 8) | second))
}

function cases(byte: number, ignoreCase: boolean): number[] {
  return ignoreCase && isLetter(byte) ? [byte, byte ^ 0x20] : [byte]
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x7a
}
