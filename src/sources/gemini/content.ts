import type { EntryContent, EntryType } from '../../domain/entry.ts'
import { asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'
import { callIndex, LIST_STEP, MESSAGE_BLOCK } from './blocks.ts'
import { callId } from './calls.ts'
import { statedPlan } from './plans.ts'
import { outcome, resultText } from './results.ts'
import { isSnapshot, plainText, thoughtText, userText } from './text.ts'
import { summaryTitle } from './titles.ts'
import { toolName } from './tools.ts'

/** What an entry of an archived record says: of a message, or of one in the list that a patch holds. */
export function entryContent(value: unknown, block: number, type: EntryType): EntryContent | undefined {
  const record = asObject(value)
  if (record === undefined) return undefined
  const fields = asObject(record.$set) ?? record
  if (type === 'title') return titleContent(fields, block)
  if (block < LIST_STEP) return messageContent(record, block, type)
  const list = Array.isArray(fields.messages) ? fields.messages : []
  const message = asObject(list[Math.floor(block / LIST_STEP) - 1])
  return message && messageContent(message, block % LIST_STEP, type)
}

function titleContent(fields: Json, block: number): EntryContent | undefined {
  const text = block === 0 ? summaryTitle(fields.summary) : undefined
  return text === undefined ? undefined : { type: 'title', text }
}

function messageContent(message: Json, block: number, type: EntryType): EntryContent | undefined {
  if (type === 'thinking') {
    const thought = Array.isArray(message.thoughts) ? thoughtText(message.thoughts[block]) : ''
    return thought === '' ? undefined : { type, text: thought }
  }
  if (block === MESSAGE_BLOCK) return type === 'compaction' ? compaction(message) : said(message)
  const index = callIndex(block)
  const call = Array.isArray(message.toolCalls) ? asObject(message.toolCalls[index]) : undefined
  return call && callContent(message, call, index, type)
}

function compaction(message: Json): EntryContent | undefined {
  return isSnapshot(message) ? { type: 'compaction', text: plainText(message) } : undefined
}

function said(message: Json): EntryContent | undefined {
  if (message.type !== 'user') {
    const text = plainText(message)
    return text === '' ? undefined : { type: 'message', text }
  }
  const { text, images } = userText(message)
  if (text === '' && images === 0) return undefined
  return images === 0 ? { type: 'message', text } : { type: 'message', text, images }
}

function callContent(message: Json, call: Json, index: number, type: EntryType): EntryContent | undefined {
  const id = callId(call, asText(message.id) ?? '', index)
  const { tool, server } = toolName(call)
  if (type === 'tool_call') {
    return server === undefined
      ? { type, tool, callId: id, input: call.args }
      : { type, tool, server, callId: id, input: call.args }
  }
  if (type === 'tool_result')
    return { type, callId: id, text: resultText(call), failed: outcome(call)?.failed === true }
  const items = type === 'plan' ? statedPlan(tool, server, asObject(call.args)) : undefined
  return items && { type: 'plan', items }
}
