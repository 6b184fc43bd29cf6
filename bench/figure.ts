/** One measured figure, set against a floor of the same run and against what it should reach. */
export interface Figure {
  row: string
  what: string
  value: number
  unit: 'ms' | 's' | 'MB/s' | 'ms/MB' | 'MB' | 'x' | 'rows/s' | 'frames/s'
  /** The physical floor it is compared with, by name; `ratio` says how many times as much the product takes. */
  floor?: string
  ratio?: number
  /** What `performance` asks for: the limit, in this figure's unit or as a ratio. */
  goal?: { text: string; met: boolean }
}

/** `40 ms` at most. */
export function atMost(value: number, limit: number, unit: string): Figure['goal'] {
  return { text: `<= ${limit} ${unit}`, met: value <= limit }
}

export function atLeast(value: number, limit: number, unit: string): Figure['goal'] {
  return { text: `>= ${limit} ${unit}`, met: value >= limit }
}

/** A part that is not built, or not on this machine: the row is named with the reason, never left out in silence. */
export class NotThere extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'NotThere'
  }
}
