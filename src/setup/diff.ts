const AROUND = 2

/** Lines that are taken out (`-`) and put in (`+`), with two lines around; a gap is an `@@`. Empty where nothing changes. */
export function lineDiff(before: string, after: string): string[] {
  const [a, b] = [linesOf(before), linesOf(after)]
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  const middle = changesOf(a.slice(head, a.length - tail), b.slice(head, b.length - tail))
  if (middle.length === 0) return []
  const all = [
    ...a.slice(0, head).map((line) => ` ${line}`),
    ...middle,
    ...a.slice(a.length - tail).map((line) => ` ${line}`),
  ]
  const near = all.map((_, at) =>
    all.slice(Math.max(0, at - AROUND), at + AROUND + 1).some((line) => !line.startsWith(' ')),
  )
  return all.flatMap((line, at) => (near[at] ? [line] : near[at - 1] === true && at < all.length - 1 ? ['@@'] : []))
}

function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Settings are small: past this the table is not made, and all is taken out and put in again. */
const LARGEST_TABLE = 4_000_000

function changesOf(a: readonly string[], b: readonly string[]): string[] {
  const replaced = () => [...a.map((line) => `-${line}`), ...b.map((line) => `+${line}`)]
  if (a.length === 0 || b.length === 0 || a.length * b.length > LARGEST_TABLE) return replaced()
  // Length of the longest common part of what is left, from the end.
  const width = b.length + 1
  const common = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!)
  const lines: string[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(` ${a[i++]}`)
      j++
    } else if (j >= b.length || (i < a.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
      lines.push(`-${a[i++]}`)
    } else lines.push(`+${b[j++]}`)
  }
  return lines
}
