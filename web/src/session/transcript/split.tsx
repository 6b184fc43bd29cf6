import { useSyncExternalStore } from 'react'
import type { DiffLine } from './lines.ts'

const WIDE = '(min-width: 1400px)'

/** Whether a change has room for what was and what came side by side. */
export function useWide(): boolean {
  return useSyncExternalStore(
    (tell) => {
      const query = matchMedia(WIDE)
      query.addEventListener('change', tell)
      return () => query.removeEventListener('change', tell)
    },
    () => matchMedia(WIDE).matches,
  )
}

interface Pair {
  before: DiffLine | undefined
  after: DiffLine | undefined
}

/** Lines taken away beside those put in for them; a line that stayed on both sides. */
export function pairsOf(lines: readonly DiffLine[]): Pair[] {
  const pairs: Pair[] = []
  let [gone, come]: [DiffLine[], DiffLine[]] = [[], []]
  const flush = (): void => {
    for (let i = 0; i < Math.max(gone.length, come.length); i++) pairs.push({ before: gone[i], after: come[i] })
    ;[gone, come] = [[], []]
  }
  for (const line of lines) {
    if (line.sign === '-') {
      // What is taken away after something was put in belongs to the next change.
      if (come.length > 0) flush()
      gone.push(line)
    } else if (line.sign === '+') come.push(line)
    else {
      flush()
      pairs.push({ before: line, after: line })
    }
  }
  flush()
  return pairs
}
