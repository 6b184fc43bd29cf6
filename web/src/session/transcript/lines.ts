/** One line of a change: kept, taken away or put in. `marks` is the part that differs from its partner. */
export interface DiffLine {
  sign: ' ' | '+' | '-'
  text: string
  oldLine: number | null
  newLine: number | null
  marks?: [number, number]
}

export interface FileDiff {
  path: string
  /** `written`: the whole file, and what stood there before is not recorded. */
  kind: 'edit' | 'written' | 'deleted'
  /** Lines in runs; between two runs something is left out. */
  hunks: DiffLine[][]
  added: number
  removed: number
}

const CONTEXT = 3
/** Beyond so many pairs of lines the middle is shown as taken away and put in anew. */
const MOST_PAIRS = 4_000_000

/** What changed from one text to another, line by line, with three lines around it. Numbers count from the texts' starts. */
export function diffLines(before: string, after: string): Pick<FileDiff, 'hunks' | 'added' | 'removed'> {
  const [a, b] = [before === '' ? [] : before.split('\n'), after === '' ? [] : after.split('\n')]
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const lines: DiffLine[] = []
  const keep = (i: number, j: number): void =>
    void lines.push({ sign: ' ', text: a[i] as string, oldLine: i + 1, newLine: j + 1 })
  for (let i = 0; i < start; i++) keep(i, i)
  lines.push(...middle(a.slice(start, a.length - end), b.slice(start, b.length - end), start))
  for (let i = end; i > 0; i--) keep(a.length - i, b.length - i)
  const count = (sign: string): number => lines.filter((line) => line.sign === sign).length
  return { hunks: hunksOf(markWords(lines)), added: count('+'), removed: count('-') }
}

function middle(a: readonly string[], b: readonly string[], offset: number): DiffLine[] {
  const gone = (i: number): DiffLine => ({ sign: '-', text: a[i] as string, oldLine: offset + i + 1, newLine: null })
  const come = (j: number): DiffLine => ({ sign: '+', text: b[j] as string, oldLine: null, newLine: offset + j + 1 })
  if (a.length * b.length > MOST_PAIRS) return [...a.map((_, i) => gone(i)), ...b.map((_, j) => come(j))]
  const width = b.length + 1
  const common = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] =
        a[i] === b[j]
          ? (common[(i + 1) * width + j + 1] as number) + 1
          : Math.max(common[(i + 1) * width + j] as number, common[i * width + j + 1] as number)
    }
  }
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ sign: ' ', text: a[i] as string, oldLine: offset + i + 1, newLine: offset + j + 1 })
      i++
      j++
    } else if (i < a.length && (j === b.length || common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
      lines.push(gone(i++))
    } else lines.push(come(j++))
  }
  return lines
}

/** A line taken away and the one put in for it: what differs between them. */
function markWords(lines: DiffLine[]): DiffLine[] {
  for (let from = 0; from < lines.length; from++) {
    if (lines[from]?.sign !== '-') continue
    let to = from
    while (lines[to]?.sign === '-') to++
    let end = to
    while (lines[end]?.sign === '+') end++
    if (end - to === to - from) for (let i = 0; i < to - from; i++) markPair(lines[from + i]!, lines[to + i]!)
    from = end - 1
  }
  return lines
}

function markPair(before: DiffLine, after: DiffLine): void {
  const [a, b] = [before.text, after.text]
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++
  if (start + end < Math.min(a.length, b.length) / 3) return
  before.marks = [start, a.length - end]
  after.marks = [start, b.length - end]
}

function hunksOf(lines: readonly DiffLine[]): DiffLine[][] {
  const hunks: DiffLine[][] = []
  let until = -1
  lines.forEach((line, i) => {
    const near = lines.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1).some(({ sign }) => sign !== ' ')
    if (!near) return
    if (i > until + 1 || hunks.length === 0) hunks.push([])
    hunks.at(-1)?.push(line)
    until = i
  })
  return hunks
}
