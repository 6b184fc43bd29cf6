import type { EntryContent, EntryType } from '../../domain/entry.ts'
import { asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'
import { PLAN_BLOCK, callId, statedPlan } from './calls.ts'
import { itemType, unwrap } from './envelope.ts'
import { eventText } from './events.ts'
import { isResult, resultBody } from './items.ts'
import { NESTED_RESULT, nestedCall } from './nested.ts'
import { messageText, readOutput, reasoningText } from './text.ts'
import { threadName } from './titles.ts'
import { readCall } from './tools.ts'

/** What an entry of an archived record says. */
export function entryContent(value: unknown, block: number, type: EntryType): EntryContent | undefined {
  const record = asObject(value)
  const line = record && unwrap(record)
  if (line === undefined) return undefined
  if (line.type === 'event_msg' && (type === 'tool_call' || type === 'tool_result'))
    return nestedContent(line.payload, block, type)
  if (block !== (type === 'plan' ? PLAN_BLOCK : 0)) return undefined
  if (line.type === 'response_item') return itemContent(line.payload, type)
  if (line.type === 'event_msg') return eventContent(line.payload, type)
  if (line.type === 'compacted' && type === 'compaction') return { type, text: asText(line.payload.message) ?? '' }
  return undefined
}

function nestedContent(payload: Json, block: number, type: 'tool_call' | 'tool_result'): EntryContent | undefined {
  const nested = block === (type === 'tool_call' ? 0 : NESTED_RESULT) ? nestedCall(payload) : undefined
  if (nested === undefined) return undefined
  const { id: callId, call, output } = nested
  if (type === 'tool_call') return { type, ...call, callId }
  return { type, callId, text: output.text, failed: output.failed ?? (output.exitCode ?? 0) !== 0 }
}

function eventContent(payload: Json, type: EntryType): EntryContent | undefined {
  const text = type === 'title' ? nameOf(payload) : type === 'message' ? eventText(payload) : undefined
  return text === undefined ? undefined : ({ type, text } as EntryContent)
}

function nameOf(payload: Json): string | undefined {
  return payload.type === 'thread_name_updated' ? threadName(payload.thread_name) : undefined
}

function itemContent(payload: Json, type: EntryType): EntryContent | undefined {
  const item = itemType(payload)
  if (type === 'message') return item === 'message' || item === 'agent_message' ? messageContent(payload) : undefined
  if (type === 'thinking') return item === 'reasoning' ? thinkingContent(payload) : undefined
  if (type === 'tool_result') {
    if (!isResult(item)) return undefined
    const { text, exitCode, failed } = readOutput(resultBody(payload))
    return { type, callId: asText(payload.call_id) ?? '', text, failed: failed ?? (exitCode ?? 0) !== 0 }
  }
  const call = readCall(item, payload)
  if (call === undefined) return undefined
  if (type === 'plan') {
    const items = statedPlan(call)
    return items && { type, items }
  }
  // A call that has no id of its own is known by its line, which one record does not tell: it then has none here.
  return type === 'tool_call' ? { type, ...call, callId: callId(payload, '') } : undefined
}

function messageContent(payload: Json): EntryContent | undefined {
  const { text, images } = messageText(payload)
  if (text.trim() === '' && images === 0) return undefined
  return images === 0 ? { type: 'message', text } : { type: 'message', text, images }
}

/** The provider returns reasoning encrypted, beside a summary that may be empty. */
function thinkingContent(payload: Json): EntryContent | undefined {
  const text = reasoningText(payload)
  if (text !== '') return { type: 'thinking', text }
  return asText(payload.encrypted_content) ? { type: 'thinking', text, encrypted: true } : undefined
}
