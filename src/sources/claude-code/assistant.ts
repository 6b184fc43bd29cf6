import { ENTRY_FLAG } from '../../domain/entry.ts'
import type { EntryType } from '../../domain/entry.ts'
import type { RecordPlace } from '../line-parser.ts'
import type { Batch, EntryDraft } from '../batch.ts'
import { blockText, isPicture, messageBlocks, saysSomething } from './blocks.ts'
import { isCall, parseCall } from './calls.ts'
import { addProblem, asObject, countUnknown } from '../record.ts'
import type { Json } from '../record.ts'
import { isResult, parseResult } from './results.ts'
import type { State } from './state.ts'
import { parseUsage } from './usage.ts'

/**
 * An `assistant` record: its text blocks are one message; each thinking block and each tool call is an entry.
 *
 * What the client wrote in the model's place (`model: "<synthetic>"`: errors, "no response requested") is a meta message,
 * failed where it reports an API error; it never counts as a response.
 */
export function parseAssistant(
  state: State,
  record: Json,
  message: Json,
  recordId: string,
  place: RecordPlace,
  atMs: number,
  sidechain: boolean,
  batch: Batch,
): void {
  const blocks = messageBlocks(message.content)
  if (blocks === undefined)
    addProblem(batch, place.line, 'the content of an assistant record is neither text nor a list')
  else
    parseBlocks(
      state,
      messageFlags(record, message),
      blocks,
      recordId,
      place,
      atMs,
      sidechain ? ENTRY_FLAG.sidechain : 0,
      batch,
    )
  parseUsage(record, message, recordId, place, atMs, sidechain, batch)
}

function parseBlocks(
  state: State,
  messageFlag: number,
  blocks: unknown[],
  recordId: string,
  place: RecordPlace,
  atMs: number,
  flags: number,
  batch: Batch,
): void {
  let spoken = false
  const entry = (block: number, type: EntryType, more: number): EntryDraft => {
    const draft: EntryDraft = {
      record: place.record,
      block,
      recordId,
      atMs,
      type,
      role: 'assistant',
      flags: flags | more,
      closes: state.prompted ? 'prompt' : undefined,
    }
    state.prompted = false
    batch.entries.push(draft)
    return draft
  }
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i]
    const text = blockText(block)
    if (text === undefined ? isPicture(block) : saysSomething(text)) {
      if (!spoken) entry(i, 'message', messageFlag)
      spoken = true
      continue
    }
    if (text !== undefined) continue
    const object = asObject(block)
    const type = object?.type
    if (type === 'thinking' || type === 'redacted_thinking') entry(i, 'thinking', 0)
    else if (isCall(type)) parseCall(state, entry(i, 'tool_call', 0), object!, flags, batch)
    else if (isResult(type)) parseResult(state, object!, i, undefined, recordId, place, atMs, flags, batch)
    else countUnknown(batch, 'block:assistant.', type)
  }
}

function messageFlags(record: Json, message: Json): number {
  const failed = record.isApiErrorMessage === true
  return (
    (failed ? ENTRY_FLAG.failed : 0) |
    (failed || record.isMeta === true || message.model === '<synthetic>' ? ENTRY_FLAG.meta : 0)
  )
}
