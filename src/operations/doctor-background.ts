import { dirname, isAbsolute } from 'node:path'
import { runningNote } from '../background/note.ts'
import { formatClockTime } from '../domain/format.ts'
import type { StoreReport } from '../stores/store.ts'
import { type Check, check } from './check.ts'
import type { OperationContext } from './operation.ts'

/** Whether the process that answers hooks runs. Without it everything works, so nothing of this is a fault. */
export function checkBackground(
  { clock, timezone }: Pick<OperationContext, 'clock' | 'timezone'>,
  { location }: StoreReport,
): Check[] {
  if (!isAbsolute(location)) return []
  const note = runningNote(dirname(location))
  if (!note) return [check('background', 'ok', 'not running; the next start of an agent starts it')]
  const since = formatClockTime(note.startedMs, clock.now(), timezone)
  return [check('background', 'ok', `process ${note.processId} since ${since}; it answers hooks and reads transcripts`)]
}
