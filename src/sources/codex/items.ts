import { ENTRY_FLAG } from '../../domain/entry.ts'
import type { EntryType, Role } from '../../domain/entry.ts'
import type { RecordPlace } from '../line-parser.ts'
import { addProblem, asText, countUnknown, FENCE } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch, EntryDraft } from '../batch.ts'
import { callId, parseCall } from './calls.ts'
import { itemType } from './envelope.ts'
import { chainMessage, recordId } from './identity.ts'
import { answerCall } from './outcomes.ts'
import { isTyped, tellsAbort } from './prompts.ts'
import type { State } from './state.ts'
import { messageText, readOutput, reasoningText } from './text.ts'
import { offerTitle, promptTitle } from './titles.ts'
import { readCall } from './tools.ts'
import type { Call } from './tools.ts'

/** Items that bring nothing of their own: snapshots of the work tree, and what a compaction left for the provider. */
const QUIET = new Set([
  'ghost_snapshot',
  'compaction',
  'compaction_summary',
  'context_compaction',
  'compaction_trigger',
  'token_count',
  'other',
])

/** Prompts that a rewind can go back to. */
const PROMPTS = 64

/** Our fence counts only where an answer begins with it: an agent that reads a file about it is not told its own past. */
const FENCE_WITHIN = 400

/** A `response_item`: what went to the model and came from it, in the order it did. */
export function parseItem(state: State, payload: Json, place: RecordPlace, atMs: number, batch: Batch): void {
  const type = itemType(payload)
  if (type === 'message') return parseMessage(state, payload, place, atMs, batch)
  if (type === 'agent_message') return parseAgentMessage(state, payload, place, atMs, batch)
  if (type === 'reasoning') return parseReasoning(state, payload, place, atMs, batch)
  if (isResult(type)) return parseResult(state, payload, type, place, atMs, batch)
  const call = readCall(type, payload)
  if (call === undefined) {
    if (!QUIET.has(type)) countUnknown(batch, 'item:', type)
    return
  }
  const id = recordId(state, payload, 'call', `${call.tool} ${wordsOf(payload, call)}`)
  const entry = addEntry(state, id, 'tool_call', 'assistant', place, atMs, batch)
  const name = callId(payload, id)
  parseCall(state, entry, call, name, batch)
  // These are done when they are written, and have no result.
  if (type === 'web_search_call' || type === 'image_generation_call') {
    const failed = asText(payload.status) === 'failed'
    entry.opens = undefined
    if (failed) entry.flags |= ENTRY_FLAG.failed
    answerCall(state, name, { text: '', failed }, place.record, atMs, batch)
  }
}

/** What a call was given, as it is written where it is text. */
function wordsOf(payload: Json, call: Call): string {
  return asText(payload.arguments) ?? asText(payload.input) ?? JSON.stringify(call.input) ?? ''
}

/** True for the items that answer calls. */
export function isResult(type: string): boolean {
  return type.endsWith('_output') || type === 'tool_result' || type === 'function_result'
}

function parseMessage(state: State, payload: Json, place: RecordPlace, atMs: number, batch: Batch): void {
  const { text, images } = messageText(payload)
  const role = asText(payload.role)
  const content = payload.content ?? payload.message
  if (content != null && typeof content !== 'string' && !Array.isArray(content))
    return addProblem(batch, place.line, 'the content of a message is neither text nor a list')
  const blank = images === 0 && text.trim() === ''
  const injected = text.includes(FENCE) ? ENTRY_FLAG.injected : 0
  if (role === 'assistant') {
    if (!blank) addEntry(state, recordId(state, payload, role, text), 'message', role, place, atMs, batch)
  } else if (role === 'user') {
    parseUserMessage(state, payload, text, blank, injected, place, atMs, batch)
  } else if (injected && (role === 'developer' || role === 'system')) {
    // Instructions for the model stay in the archive; text that Daybook handed over is known as ours.
    const entry = addEntry(state, recordId(state, payload, role, text), 'message', 'system', place, atMs, batch, false)
    entry.flags |= ENTRY_FLAG.meta | injected
  } else if (role !== 'developer' && role !== 'system') {
    countUnknown(batch, 'role:', role)
  }
}

function parseUserMessage(
  state: State,
  payload: Json,
  text: string,
  blank: boolean,
  injected: number,
  place: RecordPlace,
  atMs: number,
  batch: Batch,
): void {
  const typed = !blank && isTyped(payload, text)
  const id = recordId(state, payload, 'user', text)
  chainMessage(state, text)
  if (blank) return
  // The event that follows says it too, in all versions.
  if (tellsAbort(text)) return
  const entry = addEntry(state, id, 'message', 'user', place, atMs, batch, false)
  if (!typed) {
    entry.flags |= ENTRY_FLAG.meta | injected
    return
  }
  entry.opens = 'prompt'
  state.prompted = true
  state.prompts.push(place.record)
  if (state.prompts.length > PROMPTS) state.prompts.shift()
  offerTitle(state, batch, 'prompt', promptTitle(text))
}

/** A message from one agent to another: nobody typed it. */
function parseAgentMessage(state: State, payload: Json, place: RecordPlace, atMs: number, batch: Batch): void {
  const { text } = messageText(payload)
  if (text.trim() === '') return
  const entry = addEntry(state, recordId(state, payload, 'agent', text), 'message', 'user', place, atMs, batch, false)
  entry.flags |= ENTRY_FLAG.meta
}

function parseReasoning(state: State, payload: Json, place: RecordPlace, atMs: number, batch: Batch): void {
  const text = reasoningText(payload)
  const encrypted = asText(payload.encrypted_content)
  if (text === '' && encrypted === undefined) return
  addEntry(state, recordId(state, payload, 'thinking', encrypted ?? text), 'thinking', 'assistant', place, atMs, batch)
}

function parseResult(state: State, payload: Json, type: string, place: RecordPlace, atMs: number, batch: Batch): void {
  const output = readOutput(resultBody(payload))
  const id = recordId(state, payload, 'result', output.text)
  const entry = addEntry(state, id, 'tool_result', 'tool', place, atMs, batch, false)
  if (output.text.slice(0, FENCE_WITHIN).includes(FENCE)) entry.flags |= ENTRY_FLAG.injected
  const called =
    asText(payload.call_id) ??
    (type === 'tool_result' || type === 'function_result' ? asText(state.looseCall) : undefined)
  if (called === undefined) return addProblem(batch, place.line, 'a tool result does not name its call')
  entry.closes = called
  if (answerCall(state, called, output, place.record, atMs, batch)) entry.flags |= ENTRY_FLAG.failed
}

/** Where an item keeps what the tool answered. */
export function resultBody(payload: Json): unknown {
  return payload.output ?? payload.result ?? payload.tools
}

/** @param answers whether it ends the wait for an answer to the prompt */
export function addEntry(
  state: State,
  id: string,
  type: EntryType,
  role: Role,
  place: RecordPlace,
  atMs: number,
  batch: Batch,
  answers = true,
): EntryDraft {
  const entry: EntryDraft = {
    record: place.record,
    block: 0,
    recordId: id,
    atMs,
    type,
    role,
    flags: state.kind === 'subagent' ? ENTRY_FLAG.sidechain : 0,
  }
  if (answers && state.prompted) {
    entry.closes = 'prompt'
    state.prompted = false
  }
  batch.facts.lastRecordId = id
  batch.entries.push(entry)
  return entry
}
