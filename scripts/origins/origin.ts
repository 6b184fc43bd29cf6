/** One of the four designs that Daybook answers. */
export interface Origin {
  /** Its page: `docs/origins/<id>.md`. */
  id: string
  name: string
  /** As a sentence goes on: `a ticket server that ...`. */
  what: string
  /** Its features are numbered `M1`, `M2`, ... */
  letter: string
  count: number
  rows: readonly Feature[]
}

export interface Feature {
  /** `M20` */
  number: string
  /** In a few words of our own. */
  what: string
  /** What it was called there. */
  was: string
  /** What answers it here; begins with `not yet` where it is known that nothing does. */
  is: string
}

/** Reads `number | what | was | is`, a line each. */
export function rowsOf(table: string): Feature[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [number = '', what = '', was = '', is = ''] = line.split(' | ')
      return { number, what, was, is }
    })
}
