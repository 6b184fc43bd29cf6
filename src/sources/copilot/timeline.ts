import { ENTRY_FLAG } from '../../domain/entry.ts'
import type { EntryContent, EntryType } from '../../domain/entry.ts'
import type { DocumentParser } from '../document.ts'
import type { RecordPlace } from '../line-parser.ts'
import { goodTime, recordTime } from '../record-time.ts'
import { addProblem, asObject, asText, countUnknown } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../batch.ts'
import { addCall } from './calls.ts'
import { addEntry } from './entry.ts'
import { eventId } from './event.ts'
import type { Event } from './event.ts'
import { UNDATED_MS } from './parse.ts'
import { addResult, exitCodeIn } from './results.ts'
import type { Outcome } from './results.ts'
import { initialState, pendingCall } from './state.ts'
import type { State } from './state.ts'
import { toolName } from './tools.ts'
import { addPrompt } from './user.ts'

/** True for the JSON documents of versions before 0.0.342. */
export function isDocument(path: string): boolean {
  return path.endsWith('.json')
}

/**
 * `{sessionId, startTime, chatMessages, timeline: [...]}`: the timeline has times and ids, the chat messages say the same
 * without. Nothing in it counts tokens.
 * @see README.md#files
 */
export function timelineParser(nowMs: number): DocumentParser<State> {
  return {
    list: 'timeline',
    initial: initialState,
    header(state, header) {
      state.lastAtMs = goodTime(header.startTime, nowMs) ?? 0
    },
    parse: (state, record, place, batch) => parseItem(state, record, place, batch, nowMs),
  }
}

const CALL_BLOCK = 0
const RESULT_BLOCK = 1

function parseItem(state: State, item: Json, place: RecordPlace, batch: Batch, nowMs: number): void {
  const type = asText(item.type)
  if (type === undefined) return addProblem(batch, place.line, 'a timeline item without a type')
  const atMs = recordTime(state, item.timestamp, nowMs, UNDATED_MS, batch)
  const recordId = eventId(item, state.session, place)
  batch.facts.sessionExternalId = state.session
  batch.facts.lastRecordId = recordId
  const event: Event = { type, record: place.record, line: place.line, recordId, atMs, flags: 0, data: item }
  switch (type) {
    case 'user':
      return addPrompt(state, event, asText(item.text) ?? '', images(item), batch)
    case 'copilot':
      if (asText(item.text)?.trim()) addEntry(state, event, CALL_BLOCK, 'message', batch)
      return
    case 'tool_call_requested':
      addCall(state, addEntry(state, event, CALL_BLOCK, 'tool_call', batch), asCall(item), batch)
      return
    case 'tool_call_completed':
      return parseCompleted(state, event, batch)
    case 'info':
    case 'error':
      return parseInfo(state, event, batch)
    default:
      countUnknown(batch, 'type:', type)
  }
}

function images(item: Json): number {
  return Array.isArray(item.imageAttachments) ? item.imageAttachments.length : 0
}

function asCall({ callId, name, arguments: input }: Json): Json {
  return { toolCallId: callId, name, arguments: input }
}

/** A completed call repeats what was asked for; where that is not in the timeline it is the call itself. */
function parseCompleted(state: State, event: Event, batch: Batch): void {
  const { data } = event
  const callId = asText(data.callId)
  if (callId === undefined || pendingCall(state, callId) === undefined)
    addCall(state, addEntry(state, event, CALL_BLOCK, 'tool_call', batch), asCall(data), batch)
  const ended = outcome(data)
  addResult(state, event, RESULT_BLOCK, callId, ended, { result: { detailedContent: ended.text } }, batch)
}

function outcome(item: Json): Outcome {
  const result = asObject(item.result)
  const text = asText(result?.log) ?? ''
  const exitCode = toolName(asCall(item)).tool === 'bash' ? exitCodeIn(text) : undefined
  return { failed: result?.type !== 'success' || (exitCode !== undefined && exitCode !== 0), exitCode, text }
}

function parseInfo(state: State, { type, data, record, recordId, atMs }: Event, batch: Batch): void {
  const text = asText(data.text)
  if (text === undefined) return
  const ends = state.prompted && (type === 'error' || text.startsWith('Operation cancelled'))
  if (ends) state.prompted = false
  const flags = ENTRY_FLAG.meta | (type === 'error' ? ENTRY_FLAG.failed : 0)
  const closes = ends ? 'prompt' : undefined
  batch.entries.push({ record, block: 0, recordId, atMs, type: 'message', role: 'system', flags, closes })
}

/** What an entry of a timeline says; `undefined` for events of later versions. */
export function timelineContent(item: Json, block: number, type: EntryType): EntryContent | undefined {
  const isCall = item.type === 'tool_call_requested' || item.type === 'tool_call_completed'
  if (!isCall) {
    const text = asText(item.text) ?? ''
    const pictures = images(item)
    if (type !== 'message' || block !== 0 || (text === '' && pictures === 0)) return undefined
    return pictures === 0 ? { type, text } : { type, text, images: pictures }
  }
  const callId = asText(item.callId) ?? `${asText(item.id) ?? ''}:${CALL_BLOCK}`
  if (type === 'tool_call' && block === CALL_BLOCK)
    return { type, tool: toolName(asCall(item)).tool, callId, input: item.arguments }
  if (type !== 'tool_result' || block !== RESULT_BLOCK || item.type !== 'tool_call_completed') return undefined
  const { failed, text } = outcome(item)
  return { type, callId: asText(item.callId) ?? '', text, failed }
}

export const TIMELINE_TYPES: ReadonlySet<string> = new Set([
  'user',
  'copilot',
  'tool_call_requested',
  'tool_call_completed',
  'info',
  'error',
])
