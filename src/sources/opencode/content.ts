import type { EntryContent, EntryType } from '../../domain/entry.ts'
import { asObject, asText, oneLine, type Json } from '../record.ts'
import { CALL_BLOCK, callId, PLAN_BLOCK, RESULT_BLOCK } from './calls.ts'
import { partIdentity } from './identity.ts'
import { NOTICE_BLOCK, noticeText, partAt, PART_STEP, pictures, wordsOf } from './session-message.ts'
import { errorText, hasEnded, hasFailed, isPicture, resultText, saidText } from './text.ts'
import { statedPlan, toolName } from './tools.ts'

const TITLE_LIMIT = 200

/** What an entry of an archived row says. */
export function entryContent(value: unknown, block: number, type: EntryType): EntryContent | undefined {
  const row = asObject(value)
  if (row === undefined) return undefined
  if (row.row === 'session') {
    const title = type === 'title' && block === 0 ? asText(row.title) : undefined
    return title === undefined ? undefined : { type: 'title', text: oneLine(title, TITLE_LIMIT) }
  }
  const data = asObject(row.data)
  if (data === undefined) return undefined
  if (row.row === 'message') {
    const text = type === 'message' && block === 0 ? errorText(asObject(data.error)) : undefined
    return text === undefined ? undefined : { type: 'message', text }
  }
  if (row.row === 'session_message') return sessionMessageContent(row, data, block, type)
  if (row.row !== 'part') return undefined
  return data.type === 'tool' ? toolContent(row, data, block, type) : saidContent(data, block, type)
}

function saidContent(data: Json, block: number, type: EntryType): EntryContent | undefined {
  if (block !== 0) return undefined
  if (type === 'thinking') {
    const text = data.type === 'reasoning' ? asText(data.text) : undefined
    return text === undefined ? undefined : { type, text }
  }
  const text = saidText(data)
  if (text === undefined || (type !== 'message' && type !== 'compaction')) return undefined
  return type === 'message' && isPicture(data) ? { type, text, images: 1 } : { type, text }
}

/** What a message of 2.x says at a block: its own words, or one of the parts it holds. */
function sessionMessageContent(row: Json, data: Json, block: number, type: EntryType): EntryContent | undefined {
  if (block >= NOTICE_BLOCK) {
    const text = type === 'message' ? noticeText(data, block) : undefined
    return text === undefined ? undefined : { type: 'message', text }
  }
  const part = partAt(row.type, data, Math.floor(block / PART_STEP))
  if (part?.type === 'tool') return toolContent(row, part, block % PART_STEP, type)
  if (part !== undefined) return saidContent(part, block % PART_STEP, type)
  const text = wordsOf(row.type, data)
  if (block !== 0 || text === undefined || (type !== 'message' && type !== 'compaction')) return undefined
  const images = pictures(data)
  return type === 'message' && images > 0 ? { type, text, images } : { type, text }
}

function toolContent(row: Json, data: Json, block: number, type: EntryType): EntryContent | undefined {
  const state = asObject(data.state) ?? {}
  const { tool, server } = toolName(data.tool)
  const id = callId(data, partIdentity(asObject(row.message) ?? {}, row.place, data))
  if (type === 'tool_call' && block === CALL_BLOCK) {
    const call = { type, tool, callId: id, input: state.input } as const
    return server === undefined ? call : { ...call, server }
  }
  if (type === 'tool_result' && block === RESULT_BLOCK && hasEnded(state))
    return { type, callId: id, text: resultText(state), failed: hasFailed(data.tool, state) }
  const items = type === 'plan' && block === PLAN_BLOCK ? statedPlan(tool, server, asObject(state.input)) : undefined
  return items === undefined ? undefined : { type: 'plan', items }
}
