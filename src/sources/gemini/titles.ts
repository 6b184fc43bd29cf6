import type { RecordPlace } from '../line-parser.ts'
import { asText, firstLine, oneLine } from '../record.ts'
import type { Batch } from '../batch.ts'
import type { State } from './state.ts'

const PROMPT_LIMIT = 120
const SUMMARY_LIMIT = 200
const PROMPT = 1
const SUMMARY = 2

/** The first prompt names the session until a summary does. */
export function offerPromptTitle(state: State, batch: Batch, text: string): void {
  const title = oneLine(firstLine(text), PROMPT_LIMIT)
  if (title === '' || state.titleRank >= PROMPT) return
  state.titleRank = PROMPT
  batch.facts.title = title
  batch.facts.titleSource = 'prompt'
}

/** `summary` is the session's name from here on. False where it is none, or the same as before. */
export function nameSession(state: State, value: unknown, batch: Batch): boolean {
  const title = summaryTitle(value)
  if (title === undefined || title === state.summary) return false
  state.summary = title
  state.titleRank = SUMMARY
  batch.facts.title = title
  batch.facts.titleSource = 'agent'
  return true
}

/** `summary` in a header or a patch of the log: a change is an entry, once there is a time for it. */
export function parseSummary(state: State, value: unknown, place: RecordPlace, batch: Batch): void {
  if (!nameSession(state, value, batch) || state.lastAtMs === 0) return
  batch.entries.push({
    record: place.record,
    block: 0,
    recordId: place.lineId(),
    atMs: state.lastAtMs,
    type: 'title',
    role: 'system',
    flags: 0,
  })
}

export function summaryTitle(value: unknown): string | undefined {
  const text = asText(value)
  return text === undefined ? undefined : asText(oneLine(text, SUMMARY_LIMIT))
}
