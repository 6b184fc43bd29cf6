import type { EntryContent, EntryType } from '../../domain/entry.ts'
import { asText } from '../record.ts'
import { CALL_BLOCK, RESULT_BLOCK, callOf, resultOf } from './calls.ts'
import { type CursorRecord, readRecord } from './record.ts'

/** What an entry of an archived event says. */
export function entryContent(value: unknown, block: number, type: EntryType): EntryContent | undefined {
  const record = readRecord(value)
  if (record === undefined) return undefined
  if (type === 'tool_call' || type === 'tool_result') return callContent(record, block, type)
  const { event, said } = record
  if (block !== 0) return undefined
  if (type === 'compaction' && event === 'preCompact') return compaction(record)
  const text = asText(event === 'beforeSubmitPrompt' ? said.prompt : said.text)
  if (text === undefined) return undefined
  if (type === 'thinking') return event === 'afterAgentThought' ? { type, text } : undefined
  return type === 'message' && (event === 'beforeSubmitPrompt' || event === 'afterAgentResponse')
    ? { type, text }
    : undefined
}

function callContent(record: CursorRecord, block: number, type: 'tool_call' | 'tool_result'): EntryContent | undefined {
  const call = callOf(record)
  if (call === undefined) return undefined
  const { callId, tool, input } = call
  if (type === 'tool_call')
    return block === CALL_BLOCK ? { type, tool, callId, input: shown(record, input) } : undefined
  const result = block === RESULT_BLOCK ? resultOf(record) : undefined
  return result && { type, callId, text: result.text, failed: result.failed }
}

/** Of an edit that came by itself all that is told of it. */
function shown({ event, said }: CursorRecord, input: unknown): unknown {
  return event === 'afterFileEdit' ? { file_path: said.file_path, edits: said.edits } : input
}

function compaction({ said }: CursorRecord): EntryContent {
  const tokens = said.context_tokens
  const trigger = asText(said.trigger)
  return {
    type: 'compaction',
    text: '',
    ...(trigger !== undefined && { trigger }),
    ...(Number.isSafeInteger(tokens) && { tokensBefore: tokens as number }),
  }
}
