/** A page of a list. `cursor` is opaque; a list without one starts at its beginning. */
export interface PageRequest {
  limit: number
  cursor?: string
  /** True where nobody asks how many there are in all: `total` then counts what was read, and nothing else is counted. */
  uncounted?: boolean
  /** True where nobody goes on either: a list of one session's entries then stops at `limit`, and `nextCursor` is null. */
  alone?: boolean
}

/** A page that may also be asked for by number: `offset` items from the start are left out. Not beside a cursor. */
export interface OffsetRequest extends PageRequest {
  offset?: number
}

export interface Page<T> {
  items: T[]
  /** Count of all that match, the limit aside. */
  total: number
  nextCursor: string | null
}
