import { ENTRY_FLAG } from '../../domain/entry.ts'
import type { RecordPlace } from '../line-parser.ts'
import type { Batch } from '../batch.ts'
import { blockText, isPicture, messageBlocks, saysSomething } from './blocks.ts'
import { commandTitle, isTyped, mayBeTyped, promptTitle } from './prompts.ts'
import { cameQueued, rememberQueued } from './queued.ts'
import type { QueuedPrompt } from './queued.ts'
import { addProblem, asObject, countUnknown, FENCE } from '../record.ts'
import type { Json } from '../record.ts'
import { parseResult, soleResult } from './results.ts'
import type { State } from './state.ts'
import { offerTitle } from './titles.ts'

/**
 * A `user` record: its text blocks are one message, each tool result is an entry.
 *
 * Most user records are not prompts. Whatever a person did not type is `meta`; the summary that a compaction leaves is
 * `summary` too. The prompt a subagent was given is neither: `sidechain` says that an agent wrote it.
 */
export function parseUser(
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
    return addProblem(batch, place.line, 'the content of a user record is neither text nor a list')
  const flags = sidechain ? ENTRY_FLAG.sidechain : 0
  const result = soleResult(record, blocks)
  let spoken = -1
  let answers = false
  let injected = false
  let typed: string | undefined
  let command: string | undefined
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i]
    const text = blockText(block)
    if (text !== undefined) {
      if (!saysSomething(text)) continue
      if (spoken < 0) spoken = i
      if (typed === undefined && isTyped(text)) typed = text
      else command ??= text
      injected ||= text.includes(FENCE)
    } else if (isPicture(block)) {
      if (spoken < 0) spoken = i
      typed ??= ''
    } else {
      const type = asObject(block)?.type
      if (type === 'tool_result') {
        answers = true
        parseResult(state, asObject(block)!, i, result, recordId, place, atMs, flags, batch)
      } else {
        countUnknown(batch, 'block:user.', type)
      }
    }
  }
  if (spoken < 0) return
  const prompt = typed !== undefined && !answers && mayBeTyped(record) && !cameQueued(state, message)
  batch.entries.push({
    record: place.record,
    block: spoken,
    recordId,
    atMs,
    type: 'message',
    role: 'user',
    flags: flags | messageFlags(record, prompt, injected, typed ?? command ?? ''),
    opens: prompt ? 'prompt' : undefined,
    closes: !prompt && state.prompted && command?.startsWith('[Request interrupted') ? 'prompt' : undefined,
  })
  if (prompt) state.prompted = true
  if (sidechain) return
  if (prompt) offerTitle(state, batch, 'prompt', promptTitle(typed!))
  else if (command !== undefined && state.titleRank === 0)
    offerTitle(state, batch, 'command', commandTitle(command) ?? '')
}

/** A prompt that was queued in mid-turn: a message like any other, kept in mind in case it comes as a `user` record too. */
export function parseQueued(
  state: State,
  queued: QueuedPrompt,
  recordId: string,
  place: RecordPlace,
  atMs: number,
  sidechain: boolean,
  batch: Batch,
): void {
  const { queued: earlier } = state
  const before = batch.entries.length
  // The same words may be queued twice: only user records repeat what was queued.
  state.queued = []
  parseUser(state, queued, queued.message, recordId, place, atMs, sidechain, batch)
  state.queued = earlier
  const said = batch.entries[before]
  if (said?.type === 'message' && (said.flags & ENTRY_FLAG.meta) === 0) rememberQueued(state, queued.message)
}

function messageFlags(record: Json, prompt: boolean, injected: boolean, text: string): number {
  if (prompt) return 0
  const summary =
    record.isCompactSummary === true || text.startsWith('This session is being continued from a previous conversation')
  return ENTRY_FLAG.meta | (injected ? ENTRY_FLAG.injected : 0) | (summary ? ENTRY_FLAG.summary : 0)
}
