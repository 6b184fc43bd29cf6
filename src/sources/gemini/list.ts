import { ENTRY_FLAG } from '../../domain/entry.ts'
import { hash48 } from '../../domain/ids.ts'
import type { RecordPlace } from '../line-parser.ts'
import { addProblem, asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../source.ts'
import { LIST_STEP, MESSAGE_BLOCK, MOST_LISTED } from './blocks.ts'
import { parseMessage } from './message.ts'
import { MESSAGES, noteTold } from './state.ts'
import type { Listed, State } from './state.ts'
import { isSnapshot } from './text.ts'

/** `$rewindTo`: the message of that id and all after it are taken back. */
export function rewind(state: State, target: unknown, place: RecordPlace, batch: Batch): void {
  const index = state.messages.findLastIndex(([id]) => id === target)
  if (index < 0) return addProblem(batch, place.line, 'a rewind to a message that is not there: nothing was taken back')
  withdraw(batch, state.messages.splice(index), state.messages)
}

/**
 * `$set.messages`: the list is these messages from here on.
 *
 * What it no longer holds was taken back, with two exceptions. After a resume the client states the history it hands to
 * the model, which lacks prompts; and a compression puts a summary in the place of what was said. Neither takes back a word.
 */
export function applyList(state: State, value: unknown, place: RecordPlace, nowMs: number, batch: Batch): void {
  if (!Array.isArray(value)) return addProblem(batch, place.line, 'a list of messages that is none')
  if (value.length > MOST_LISTED)
    addProblem(batch, place.line, `a list of ${value.length} messages: the first ${MOST_LISTED} are read`)
  const before = new Map(state.messages.map((listed) => [listed[0], listed]))
  const told = new Set(state.told)
  const isNew = (message: Json) => typeof message.id === 'string' && !told.has(hash48(message.id))
  const messages = value.slice(0, MOST_LISTED).map(asObject)
  const compressed = messages.some((message) => message !== undefined && isNew(message) && isSnapshot(message))
  const after: Listed[] = []
  for (const [index, message] of messages.entries()) {
    const id = asText(message?.id)
    if (message === undefined || id === undefined) {
      addProblem(batch, place.line, `message ${index + 1} of a list is none or has no id`)
      continue
    }
    after.push(before.get(id) ?? [id, place.record])
    if (!isNew(message)) continue
    if (state.resuming || compressed) noteTold(state, id)
    if (state.resuming) continue
    const where = { record: place.record, line: place.line, firstBlock: (index + 1) * LIST_STEP }
    if (!compressed) parseMessage(state, message, id, where, nowMs, batch)
    else if (isSnapshot(message)) addCompaction(state, id, where, batch)
  }
  if (!state.resuming && !compressed) {
    const kept = new Set(after.map(([id]) => id))
    withdraw(
      batch,
      [...before.values()].filter(([id]) => !kept.has(id)),
      after,
    )
  }
  state.messages = after.slice(-MESSAGES)
}

function addCompaction(
  state: State,
  recordId: string,
  { record, firstBlock }: { record: number; firstBlock: number },
  batch: Batch,
): void {
  batch.entries.push({
    record,
    block: firstBlock + MESSAGE_BLOCK,
    part: MESSAGE_BLOCK,
    recordId,
    atMs: state.lastAtMs,
    type: 'compaction',
    role: 'system',
    flags: state.kind === 'subagent' ? ENTRY_FLAG.sidechain : 0,
  })
}

/** Names the records that hold messages which were taken back, but none that holds one which was not. */
function withdraw(batch: Batch, gone: readonly Listed[], kept: readonly Listed[]): void {
  const inUse = new Set(kept.flatMap(([, ...records]) => records))
  const records = gone.flatMap(([, ...held]) => held).filter((record) => !inUse.has(record))
  if (records.length > 0) batch.withdrawn = [...(batch.withdrawn ?? []), ...records]
}
