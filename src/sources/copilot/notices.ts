import { ENTRY_FLAG } from '../../domain/entry.ts'
import { asObject, asText, FENCE } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../batch.ts'
import type { Event } from './event.ts'
import type { State } from './state.ts'

const COMPACTIONS = new Set(['session.compaction_complete', 'session.truncation'])

export function isCompaction(type: string): boolean {
  return COMPACTIONS.has(type)
}

/** What the program says by itself: compactions are entries of their own kind, errors and the like are meta messages. */
export function parseNotice(state: State, event: Event, batch: Batch): void {
  const { type, data, record, recordId, atMs } = event
  const compaction = isCompaction(type)
  if (!compaction && noticeText(type, data) === '') return
  const failed = type === 'session.error' || (compaction && data.success === false)
  const ends = event.flags === 0 && state.prompted && (type === 'abort' || type === 'session.error')
  if (ends) state.prompted = false
  batch.entries.push({
    record,
    block: 0,
    recordId,
    atMs,
    type: compaction ? 'compaction' : 'message',
    role: 'system',
    flags: event.flags | (compaction ? 0 : ENTRY_FLAG.meta) | (failed ? ENTRY_FLAG.failed : 0),
    closes: ends ? 'prompt' : undefined,
  })
}

export function noticeText(type: string, data: Json): string {
  if (type === 'abort') return `Aborted: ${asText(data.reason) ?? 'no reason given'}`
  if (type === 'hook.end') return asText(asObject(data.output)?.additionalContext) ?? ''
  return asText(data.summaryContent) ?? asText(data.message) ?? asText(data.content) ?? asText(data.error) ?? ''
}

/** What a hook handed over becomes an entry only where Daybook itself did, so that it is known as ours. */
export function parseHookEnd(_state: State, { type, data, record, recordId, atMs, flags }: Event, batch: Batch): void {
  if (!noticeText(type, data).includes(FENCE)) return
  const ours = flags | ENTRY_FLAG.meta | ENTRY_FLAG.injected
  batch.entries.push({ record, block: 0, recordId, atMs, type: 'message', role: 'system', flags: ours })
}
