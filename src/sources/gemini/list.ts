import { hash48 } from '../../domain/ids.ts'
import type { RecordPlace } from '../line-parser.ts'
import { addProblem, asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../batch.ts'
import { LIST_STEP, MOST_LISTED } from './blocks.ts'
import { parseMessage } from './message.ts'
import { MESSAGES, noteTold } from './state.ts'
import type { Listed, State } from './state.ts'
import { isSnapshot } from './text.ts'

/** `$rewindTo`: the message of that id and all after it are taken back. */
export function rewind(state: State, target: unknown, place: RecordPlace, batch: Batch): void {
  const index = state.messages.findLastIndex(({ id }) => id === target)
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
  const before = new Map(state.messages.map((listed) => [listed.id, listed]))
  const told = new Set(state.told)
  const isNew = (message: Json) => typeof message.id === 'string' && !told.has(hash48(message.id))
  const messages = value.slice(0, MOST_LISTED).map(asObject)
  const isResume = state.restating
  const compressed = messages.some((message) => message !== undefined && isNew(message) && isSnapshot(message))
  const after: Listed[] = []
  for (const [index, message] of messages.entries()) {
    const id = asText(message?.id)
    if (message === undefined || id === undefined) {
      addProblem(batch, place.line, `message ${index + 1} of a list is none or has no id`)
      continue
    }
    after.push(before.get(id) ?? { id, records: [place.record] })
    if (!isNew(message)) continue
    const where = { record: place.record, line: place.line, firstBlock: (index + 1) * LIST_STEP }
    if (isSnapshot(message) || !(isResume || compressed)) parseMessage(state, message, id, where, nowMs, batch)
    else noteTold(state, id)
  }
  if (!isResume && !compressed) takeBack(before.values(), after, batch)
  state.messages = after.slice(-MESSAGES)
}

/**
 * `$patch` (newer than 0.61): `removeIds` leave the list, with the exceptions of `$set.messages`, and `orderIds` change their
 * order. `updates` state what a message is to the model now, results taken out to save room: that was read before.
 */
export function applyPatch(state: State, value: unknown, place: RecordPlace, batch: Batch): void {
  const patch = asObject(value)
  if (patch === undefined) return addProblem(batch, place.line, 'a patch that is not an object')
  const removed = new Set(Array.isArray(patch.removeIds) ? patch.removeIds : [])
  const after = state.messages.filter(({ id }) => !removed.has(id))
  if (!state.restating) takeBack(state.messages, after, batch)
  state.messages = Array.isArray(patch.orderIds) ? inOrder(after, patch.orderIds) : after
}

/** Those that are named, in the order they are named in, behind those that are not. */
function inOrder(messages: Listed[], ids: unknown[]): Listed[] {
  const places = new Map(ids.map((id, place) => [id, place]))
  return messages.toSorted((a, b) => (places.get(a.id) ?? -1) - (places.get(b.id) ?? -1))
}

/** What the client itself said is in no history: its absence says nothing. */
function takeBack(before: Iterable<Listed>, after: readonly Listed[], batch: Batch): void {
  const kept = new Set(after.map(({ id }) => id))
  const gone = [...before].filter(({ id, notice }) => !kept.has(id) && notice !== true)
  withdraw(batch, gone, after)
}

/** Names the records that hold messages which were taken back, but none that holds one which was not. */
function withdraw(batch: Batch, gone: readonly Listed[], kept: readonly Listed[]): void {
  const inUse = new Set(kept.flatMap(({ records }) => records))
  const records = gone.flatMap((listed) => listed.records).filter((record) => !inUse.has(record))
  if (records.length > 0) batch.withdrawn = [...(batch.withdrawn ?? []), ...records]
}
