import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../domain/errors.ts'

/**
 * Lets a condition end its statement: `in_time(until, e.id)` throws once `performance.now()` is beyond `until`. Node has no
 * other way to stop a statement at work. It is given a column, or SQLite would ask once and not at every row.
 */
export function watchTime(handle: DatabaseSync): void {
  handle.function('in_time', (until, _row) => {
    if (performance.now() <= Number(until)) return 1
    throw new AppError('unavailable', 'the search was stopped: it went on for too long', {
      hint: 'daybook search "WORD after:7d"',
    })
  })
}
