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

  // One for each scan under way: what is found may be searched again.
  const spare: Stops[] = []
  return (bytes, from, to, found) => {
    const stops = spare.pop() ?? { first: new Int32Array(HALF), second: new Int32Array(HALF), firsts: 0, seconds: 0 }
    const look = (ends: Int32Array, count: number): void => {
      for (let i = 0; i < count; i++) {
        const end = ends[i] as number
        const slot = slots[((bytes[end - 1] as number) << 8) | (bytes[end] as number)] as number
        if (thirds[(slot << 8) | (bytes[end - 2] as number)] === 0) continue
        for (const literal of literals[slot] as Literal[]) {
          const at = end - literal.end
          if (at >= from && matches(bytes, at, to, literal)) found(literal.number, at)
        }
      }
    }
    for (let end = from + FAR - 1; end < to; end += 2 * HALF) {
      collectStops(shifts, bytes, end, Math.min(end + 2 * HALF, to), stops)
      look(stops.first, stops.firsts)
      look(stops.second, stops.seconds)
    }
    spare.push(stops)
  }
}

/** Windows looked at before their hits are. */
const HALF = 16 * 1024

/** Last bytes of windows that may hold an anchor, of two stretches that follow each other. */
interface Stops {
  first: Int32Array
  second: Int32Array
  firsts: number
  seconds: number
}

/**
 * Notes where windows may be, of those that end from `from` to `to`: a loop without calls, where all the time goes. How far to
 * go is known only when the table has been read, so it goes through two halves at once and waits for both reads together.
 */
function collectStops(shifts: Uint8Array, bytes: Uint8Array, from: number, to: number, stops: Stops): void {
  const { first, second } = stops
  const middle = from + ((to - from) >>> 1)
  let a = from
  let b = middle
  let firsts = 0
  let seconds = 0
  while (a < middle && b < to) {
    const shiftA = shifts[((bytes[a - 1] as number) << 8) | (bytes[a] as number)] as number
    const shiftB = shifts[((bytes[b - 1] as number) << 8) | (bytes[b] as number)] as number
    if (shiftA === 0) first[firsts++] = a++
    else a += shiftA
    if (shiftB === 0) second[seconds++] = b++
    else b += shiftB
  }
  while (a < middle) {
    const shift = shifts[((bytes[a - 1] as number) << 8) | (bytes[a] as number)] as number
    if (shift === 0) first[firsts++] = a
    a += shift || 1
  }
  while (b < to) {
    const shift = shifts[((bytes[b - 1] as number) << 8) | (bytes[b] as number)] as number
    if (shift === 0) second[seconds++] = b
    b += shift || 1
  }
  stops.firsts = firsts
  stops.seconds = seconds
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
