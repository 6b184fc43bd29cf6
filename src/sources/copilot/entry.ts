import type { EntryType } from '../../domain/entry.ts'
import type { Batch, EntryDraft } from '../batch.ts'
import type { Event } from './event.ts'
import type { State } from './state.ts'

/** Block numbers of an `assistant.message`: thinking comes before what was said, calls after it. */
export const THINKING_BLOCK = 0
export const MESSAGE_BLOCK = 1
export const FIRST_CALL_BLOCK = 2

/** Adds what the agent did; the first such entry after a prompt answers it. */
export function addEntry(state: State, event: Event, block: number, type: EntryType, batch: Batch): EntryDraft {
  const answers = event.flags === 0 && state.prompted
  if (answers) state.prompted = false
  const draft: EntryDraft = {
    record: event.record,
    block,
    recordId: event.recordId,
    atMs: event.atMs,
    type,
    role: 'assistant',
    flags: event.flags,
    closes: answers ? 'prompt' : undefined,
  }
  batch.entries.push(draft)
  return draft
}
