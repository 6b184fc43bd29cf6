import { ENTRY_FLAG } from '../../domain/entry.ts'
import { asObject, countUnknown, isOurs } from '../record.ts'
import type { Json } from '../record.ts'
import { goodTime, recordTime } from '../record-time.ts'
import type { Batch, EntryDraft } from '../batch.ts'
import { MESSAGE_BLOCK, MOST_THOUGHTS } from './blocks.ts'
import { parseCalls } from './calls.ts'
import { countUnknownFields } from './known.ts'
import type { MessagePlace } from './place.ts'
import { proveRoot } from './project.ts'
import { isCommand, isTyped } from './prompts.ts'
import { rememberMessage } from './state.ts'
import type { State } from './state.ts'
import { isSnapshot, isToolAnswer, plainText, thoughtText, userText, workspaceFolders } from './text.ts'
import { offerPromptTitle } from './titles.ts'
import { parseUsage } from './usage.ts'

/**
 * Stands in where a conversation has not shown a single good time yet: the day Gemini CLI was first published
 * (2025-06-25), the same at every reading.
 */
const UNDATED_MS = Date.UTC(2025, 5, 25)

/** One message, in whatever state it was written: its blocks and its id say what is new to the store. */
export function parseMessage(
  state: State,
  message: Json,
  id: string,
  where: Pick<MessagePlace, 'record' | 'line' | 'firstBlock'>,
  nowMs: number,
  batch: Batch,
): void {
  const isNotice = NOTICES.has(message.type)
  const isAgain = rememberMessage(state, id, where.record, isNotice)
  countUnknownFields('message', message, batch)
  const sidechain = state.kind === 'subagent'
  const place: MessagePlace = {
    record: where.record,
    line: where.line,
    firstBlock: where.firstBlock,
    recordId: id,
    atMs: recordTime(state, message.timestamp, nowMs, UNDATED_MS, batch),
    flags: sidechain ? ENTRY_FLAG.sidechain : 0,
    sidechain,
    isAgain,
  }
  if (isNotice) return parseNotice(state, message, place, batch)
  if (message.type === 'user') return parseUser(state, message, place, batch)
  if (message.type === 'gemini' || message.type === 'model') return parseAnswer(state, message, place, nowMs, batch)
  countUnknown(batch, 'type:', message.type)
}

const NOTICES: ReadonlySet<unknown> = new Set(['info', 'warning', 'error'])

/**
 * A user record is a prompt unless it hands back tool results, is the context a session begins with or the summary of a
 * compression, or is a command to the client itself.
 */
function parseUser(state: State, message: Json, place: MessagePlace, batch: Batch): void {
  proveRoot(state, workspaceFolders(message))
  if (isToolAnswer(message)) return
  if (isSnapshot(message)) {
    state.restating = true
    return add(batch, place, MESSAGE_BLOCK, { type: 'compaction', role: 'system' })
  }
  const { text, images } = userText(message)
  if (text === '' && images === 0) return
  const typed = isTyped(text)
  if (typed) {
    state.prompted = true
    state.restating = false
  }
  add(batch, place, MESSAGE_BLOCK, {
    role: 'user',
    flags: place.flags | (typed ? 0 : ENTRY_FLAG.meta) | (isOurs(text) ? ENTRY_FLAG.injected : 0),
    opens: typed ? 'prompt' : undefined,
  })
  if (typed && !place.sidechain && !isCommand(text)) offerPromptTitle(state, batch, text)
}

/** The answer that the client makes up to the summary of a compression: nobody said it. */
const THANKS = 'Got it. Thanks for the additional context!'

function parseAnswer(state: State, message: Json, place: MessagePlace, nowMs: number, batch: Batch): void {
  const closes = state.prompted ? 'prompt' : undefined
  state.prompted = false
  if (message.model !== undefined) state.restating = false
  const thoughts = Array.isArray(message.thoughts) ? message.thoughts.slice(0, MOST_THOUGHTS) : []
  for (const [index, thought] of thoughts.entries()) {
    if (thoughtText(thought) === '') continue
    const atMs = goodTime(asObject(thought)?.timestamp, nowMs) ?? place.atMs
    add(batch, place, index, { type: 'thinking', atMs, closes })
  }
  const text = plainText(message)
  if (text !== '' && text !== THANKS) add(batch, place, MESSAGE_BLOCK, { closes })
  parseCalls(state, message, place, nowMs, batch)
  parseUsage(message, place, batch)
}

/** What the client itself says beside the conversation. A cancelled request ends the waiting for an answer. */
function parseNotice(state: State, message: Json, place: MessagePlace, batch: Batch): void {
  if (plainText(message) === '') return
  const closes = state.prompted && message.type !== 'warning' ? 'prompt' : undefined
  const failed = message.type === 'error' ? ENTRY_FLAG.failed : 0
  add(batch, place, MESSAGE_BLOCK, { role: 'system', flags: place.flags | ENTRY_FLAG.meta | failed, closes })
}

function add(batch: Batch, place: MessagePlace, block: number, more: Partial<EntryDraft>): void {
  const { record, firstBlock, recordId, atMs, flags } = place
  batch.entries.push({
    record,
    block: firstBlock + block,
    part: block,
    recordId,
    atMs,
    type: 'message',
    role: 'assistant',
    flags,
    ...more,
  })
}
