import type { EntryRow } from '../stores/entry-store.ts'

/** Rows asked for at a time: few at first, since the newest often suffice. */
const FIRST_ROWS = 64
const MOST_ROWS = 2048

export interface Scan {
  hits: EntryRow[]
  /** Set when the budget ended it: rows below this one were not looked at. */
  stoppedAt: number | undefined
}

/**
 * Looks at text itself, newest first, until there are `want` hits, nothing is left above `floor`, or time is up. At
 * least one row is looked at, so a caller that comes back always gets further.
 *
 * @param next a page of candidates below a row id
 */
export async function scanText(
  next: (limit: number, beforeRowId: number | undefined) => Promise<EntryRow[]>,
  holds: (row: EntryRow) => Promise<boolean>,
  until: { want: number; floor: number; deadline: number; beforeRowId: number | undefined; mostRows?: number },
): Promise<Scan> {
  const hits: EntryRow[] = []
  let { beforeRowId } = until
  let seen = 0
  for (let limit = FIRST_ROWS; ; limit = Math.min(MOST_ROWS, limit * 4)) {
    const rows = await next(limit, beforeRowId)
    for (const row of rows) {
      if (row.rowId <= until.floor) return { hits, stoppedAt: undefined }
      seen++
      beforeRowId = row.rowId
      if (await holds(row)) hits.push(row)
      if (hits.length === until.want) return { hits, stoppedAt: undefined }
      if (performance.now() >= until.deadline || seen === until.mostRows) return { hits, stoppedAt: row.rowId }
    }
    if (rows.length < limit) return { hits, stoppedAt: undefined }
  }
}
