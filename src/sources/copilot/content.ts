import type { EntryContent, EntryType } from '../../domain/entry.ts'
import { asObject, asText, storable } from '../record.ts'
import type { Json } from '../record.ts'
import { thinking } from './assistant.ts'
import { callId, START_BLOCK } from './calls.ts'
import { FIRST_CALL_BLOCK, MESSAGE_BLOCK, THINKING_BLOCK } from './entry.ts'
import { eventData } from './event.ts'
import { isCompaction, noticeText } from './notices.ts'
import { RESULT_BLOCK, toolOutcome } from './results.ts'
import { TIMELINE_TYPES, timelineContent } from './timeline.ts'
import { toolName } from './tools.ts'
import { pictures, userText } from './user.ts'

/** What an entry of an archived event says. A plan is folded from several: its items lie with the entry. */
export function entryContent(value: unknown, block: number, type: EntryType): EntryContent | undefined {
  const record = asObject(value)
  const name = asText(record?.type)
  if (record && name !== undefined && TIMELINE_TYPES.has(name)) return timelineContent(record, block, type)
  const data = record && eventData(record)
  if (record === undefined || name === undefined || data === undefined) return undefined
  switch (name) {
    case 'user.message':
      return type === 'message' && block === 0 ? userContent(data) : undefined
    case 'assistant.message':
      return assistantContent(record, data, block, type)
    case 'assistant.reasoning':
      return type === 'thinking' && block === THINKING_BLOCK ? { type, text: asText(data.content) ?? '' } : undefined
    case 'tool.user_requested':
    case 'tool.execution_start':
      return type === 'tool_call' && block === START_BLOCK ? callContent(data, record, block) : undefined
    case 'tool.execution_complete':
      return type === 'tool_result' && block === RESULT_BLOCK ? resultContent(data) : undefined
    default:
      return block === 0 ? noticeContent(name, data, type) : undefined
  }
}

function userContent(data: Json): EntryContent | undefined {
  const text = userText(data)
  const images = pictures(data)
  if (text === '' && images === 0) return undefined
  return images === 0 ? { type: 'message', text } : { type: 'message', text, images }
}

function assistantContent(record: Json, data: Json, block: number, type: EntryType): EntryContent | undefined {
  if (type === 'thinking' && block === THINKING_BLOCK) {
    const found = thinking(data)
    if (found === undefined) return undefined
    return found.encrypted ? { type, text: '', encrypted: true } : { type, text: found.text }
  }
  if (type === 'message' && block === MESSAGE_BLOCK)
    return typeof data.content === 'string' ? { type, text: storable(data.content) } : undefined
  if (type !== 'tool_call' || !Array.isArray(data.toolRequests)) return undefined
  const call = asObject(data.toolRequests[block - FIRST_CALL_BLOCK])
  return call && callContent(call, record, block)
}

function callContent(call: Json, record: Json, block: number): EntryContent {
  const { tool, server } = toolName(call)
  const id = callId(call, asText(record.id) ?? '', block)
  return server === undefined
    ? { type: 'tool_call', tool, callId: id, input: call.arguments }
    : { type: 'tool_call', tool, server, callId: id, input: call.arguments }
}

function resultContent(data: Json): EntryContent {
  const { failed, text } = toolOutcome(data)
  return { type: 'tool_result', callId: asText(data.toolCallId) ?? '', text, failed }
}

function noticeContent(name: string, data: Json, type: EntryType): EntryContent | undefined {
  const text = noticeText(name, data)
  if (type === 'message') return text === '' ? undefined : { type, text }
  if (type !== 'compaction' || !isCompaction(name)) return undefined
  return {
    type,
    text,
    trigger: asText(data.trigger) ?? (name === 'session.truncation' ? 'truncation' : undefined),
    tokensBefore: tokens(data.preCompactionTokens ?? data.preTruncationTokensInMessages),
    tokensAfter: tokens(data.postCompactionTokens ?? data.postTruncationTokensInMessages),
  }
}

function tokens(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}
