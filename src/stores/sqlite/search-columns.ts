import { every, is, type Condition } from '../sql/condition.ts'
import type { SearchPage } from '../search-store.ts'
import type { CompiledFilter } from './search-filter.ts'

/** An entry with the words of its neighbours, for `toEntryRow`. */
export const COLUMNS = `e.id, e.transcript_id, e.record, e.block, e.shift, e.type, e.role, e.flags, e.hash,
  t.agent, s.uid AS session_uid, n.text AS tool`
// CROSS JOIN keeps this order: whatever comes first decides what is walked.
export const NEIGHBOURS = `CROSS JOIN transcript t ON t.id = e.transcript_id CROSS JOIN session s ON s.id = t.session_id
  LEFT JOIN name n ON n.id = e.tool_id`

/** What lies on the page and in the filter's time, for as long as there is time to look. `id`: of the first row that is walked. */
export function below(filter: CompiledFilter, page: SearchPage, id = 'e.id'): Condition {
  return every(
    is(`${id} >= ? AND ${id} < ?`, filter.from, Math.min(filter.below, page.beforeRowId ?? filter.below)),
    page.untilMs !== undefined && is(`in_time(?, ${id})`, page.untilMs),
  )
}
