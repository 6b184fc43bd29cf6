import { ENTRY_FLAG } from '../../domain/entry.ts'
import type { LineParser, RecordPlace } from '../line-parser.ts'
import { recordTime } from '../record-time.ts'
import { addProblem, asObject, asText, countUnknown } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../batch.ts'
import { parseAssistant, parseReasoning } from './assistant.ts'
import { parseStart } from './calls.ts'
import { eventData, eventId } from './event.ts'
import type { Event } from './event.ts'
import { countUnknownFields, QUIET_TYPES } from './known.ts'
import { parseHookEnd, parseNotice } from './notices.ts'
import { parseComplete } from './results.ts'
import { initialState } from './state.ts'
import type { State } from './state.ts'
import { parseShutdown, parseUsageRecord } from './usage.ts'
import { parseUser } from './user.ts'

/**
 * Stands in where a transcript has not shown a single good time yet: the day Copilot CLI was first published
 * (2025-09-25), so that such entries sort before all others and the choice is the same at every reading.
 */
export const UNDATED_MS = Date.UTC(2025, 8, 25)

/**
 * The parser of Copilot CLI's `events.jsonl`, 0.0.3xx to 1.0.102.
 *
 * @param nowMs when this reading began: records from later than the next day have a broken clock
 * @see README.md for the format and how we know it
 */
export function copilotParser(nowMs: number): LineParser<State> {
  return {
    initial: initialState,
    parse: (state, record, place, batch) => parseRecord(state, record, place, batch, nowMs),
  }
}

function parseRecord(state: State, record: Json, place: RecordPlace, batch: Batch, nowMs: number): void {
  const type = asText(record.type)
  if (type === undefined) return addProblem(batch, place.line, 'a record without a type')
  const atMs = recordTime(state, record.timestamp, nowMs, UNDATED_MS, batch)
  batch.facts.sessionExternalId = state.session
  const parse = PARSERS[type]
  if (parse === undefined) {
    if (!QUIET_TYPES.has(type)) countUnknown(batch, 'type:', type)
    return
  }
  const data = eventData(record)
  if (data === undefined) return addProblem(batch, place.line, `a ${type} record without data`)
  countUnknownFields(record, type, data, batch)
  const recordId = eventId(record, state.session, place)
  batch.facts.lastRecordId = recordId
  // Before events named the agent they came from, they named the call that had started it (1.0.12, ran).
  const inSubagent = (asText(record.agentId) ?? asText(data.parentToolCallId)) !== undefined
  const flags = inSubagent ? ENTRY_FLAG.sidechain : 0
  parse(state, { type, record: place.record, line: place.line, recordId, atMs, flags, data }, batch)
}

type Parse = (state: State, event: Event, batch: Batch) => void

const PARSERS: Readonly<Record<string, Parse | undefined>> = Object.assign(Object.create(null) as object, {
  'session.start': parseSession,
  'session.resume': parseSession,
  'session.context_changed': (state: State, { data }: Event, batch: Batch) => noteContext(state, data, batch),
  'user.message': parseUser,
  'assistant.message': parseAssistant,
  'assistant.reasoning': parseReasoning,
  'tool.user_requested': parseStart,
  'tool.execution_start': parseStart,
  'tool.execution_complete': parseComplete,
  'session.usage_record': parseUsageRecord,
  'session.shutdown': parseShutdown,
  'session.compaction_complete': parseNotice,
  'session.truncation': parseNotice,
  'session.error': parseNotice,
  'system.notification': parseNotice,
  abort: parseNotice,
  'hook.end': parseHookEnd,
})

/** `session.start` and, when the session is taken up again in the same file, `session.resume`: where the agent works. */
function parseSession(state: State, { data }: Event, batch: Batch): void {
  const version = asText(data.copilotVersion)
  if (version !== undefined) batch.facts.agentVersion = version
  const parent = asText(data.detachedFromSpawningParentSessionId)
  if (parent !== undefined && parent !== state.session) {
    batch.facts.parentExternalId = parent
    batch.facts.relation = 'continues'
  }
  noteContext(state, asObject(data.context), batch)
}

function noteContext(state: State, context: Json | undefined, batch: Batch): void {
  const cwd = asText(context?.cwd)
  if (cwd !== undefined && state.cwd === '') state.cwd = cwd
  if (state.cwd !== '') batch.facts.cwd = state.cwd
  const branch = asText(context?.branch)
  if (branch !== undefined) batch.facts.gitBranch = branch
}
