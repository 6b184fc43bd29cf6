import type { EntryContent, EntryType } from '../../domain/entry.ts'
import { blockText, isPicture, messageBlocks, messageText, resultText } from './blocks.ts'
import { callId, isCall } from './calls.ts'
import { PLAN_BLOCK, statedPlan } from './plans.ts'
import { queuedPrompt } from './queued.ts'
import { asObject, asText } from '../record.ts'
import { hasFailed, isResult } from './results.ts'
import type { Json } from '../record.ts'
import { attachmentText, systemText } from './system.ts'
import { titleText } from './titles.ts'
import { toolName } from './tools.ts'

/**
 * What an entry of an archived record says.
 *
 * A plan folded from task calls cannot be read from one record: its items lie with the entry, and this gives `undefined`.
 */
export function entryContent(value: unknown, block: number, type: EntryType): EntryContent | undefined {
  const record = asObject(value)
  if (record === undefined) return undefined
  if (type === 'title') return titleContent(record, block)
  const queued = record.type === 'attachment' ? queuedPrompt(record) : undefined
  if (!queued && (record.type === 'system' || record.type === 'attachment')) return noticeContent(record, block, type)
  if (!queued && record.type !== 'user' && record.type !== 'assistant') return undefined
  const blocks = messageBlocks((queued?.message ?? asObject(record.message))?.content)
  if (blocks === undefined) return undefined
  if (type === 'message') return messageContent(blocks, block)
  const object = asObject(blocks[type === 'plan' ? block - PLAN_BLOCK : block])
  return object && blockContent(object, record, block, type)
}

function titleContent(record: Json, block: number): EntryContent | undefined {
  const text = block === 0 ? titleText(record) : undefined
  return text === undefined ? undefined : { type: 'title', text }
}

function noticeContent(record: Json, block: number, type: EntryType): EntryContent | undefined {
  if (block !== 0) return undefined
  if (type === 'message') {
    const text = record.type === 'system' ? systemText(record) : attachmentText(record)
    return text === '' ? undefined : { type, text }
  }
  if (type !== 'compaction' || record.type !== 'system') return undefined
  const metadata = asObject(record.compactMetadata) ?? asObject(record.microcompactMetadata)
  return {
    type,
    text: systemText(record),
    trigger: asText(metadata?.trigger),
    tokensBefore: tokens(metadata?.preTokens),
    tokensAfter: tokens(metadata?.postTokens),
  }
}

function tokens(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

function messageContent(blocks: unknown[], block: number): EntryContent | undefined {
  if (blockText(blocks[block]) === undefined && !isPicture(blocks[block])) return undefined
  const { text, images } = messageText(blocks)
  return images === 0 ? { type: 'message', text } : { type: 'message', text, images }
}

function blockContent(object: Json, record: Json, block: number, type: EntryType): EntryContent | undefined {
  if (type === 'thinking') return thinkingContent(object)
  if (type === 'tool_result' && isResult(object.type)) {
    const images = messageBlocks(object.content)?.filter(isPicture).length ?? 0
    return {
      type,
      callId: asText(object.tool_use_id) ?? '',
      text: resultText(object.content),
      failed: hasFailed(object),
      ...(images > 0 ? { images } : {}),
    }
  }
  if (!isCall(object.type)) return undefined
  const { tool, server } = toolName(object)
  if (type === 'tool_call') {
    // A record that lost its own id is known by its line, which one record does not tell: its calls then have no id here.
    const id = callId(object, asText(record.uuid) ?? '', block)
    return server === undefined
      ? { type, tool, callId: id, input: object.input }
      : { type, tool, server, callId: id, input: object.input }
  }
  const items = type === 'plan' && server === undefined ? statedPlan(tool, asObject(object.input)) : undefined
  return items === undefined ? undefined : { type: 'plan', items }
}

/** Newer models return their thinking encrypted: `redacted_thinking`, or an empty text beside a signature. */
function thinkingContent(object: Json): EntryContent | undefined {
  if (object.type === 'redacted_thinking') return { type: 'thinking', text: '', encrypted: true }
  if (object.type !== 'thinking') return undefined
  const text = asText(object.thinking) ?? ''
  return text === '' && asText(object.signature)
    ? { type: 'thinking', text, encrypted: true }
    : { type: 'thinking', text }
}
