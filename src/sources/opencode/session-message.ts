import { ENTRY_FLAG } from '../../domain/entry.ts'
import { hash48 } from '../../domain/ids.ts'
import type { RecordPlace } from '../line-parser.ts'
import { asObject, asText, countUnknown, FENCE, isOurs, type Json } from '../record.ts'
import { goodTime, recordTime } from '../record-time.ts'
import type { Batch, EntryDraft } from '../batch.ts'
import { parseCall } from './calls.ts'
import { messageIdentity } from './identity.ts'
import type { State } from './state.ts'
import { errorText } from './text.ts'
import { parseUsage } from './usage.ts'

/** Parts of a message stand in steps of this: a call, its result and its plan at 0, 1 and 2. */
export const PART_STEP = 4
/** What went wrong with an answer, and that it was tried again, behind all of its parts. */
export const NOTICE_BLOCK = 1_000_000
const NOTICES = ['error', 'retry'] as const

/** Marks of what was switched, and that the agent rests: no part of the talk. */
const QUIET: ReadonlySet<unknown> = new Set(['agent-switched', 'idle', 'location-switched', 'model-switched'])

/**
 * A row of `session_message`: a whole message of 2.x with all its parts, written again as it grows.
 *
 * It says the same as messages and parts of 1.x, so its parts are read as those are.
 * @see README.md#messages-of-2x
 */
export function parseSessionMessage(
  state: State,
  row: Json,
  data: Json,
  place: RecordPlace,
  nowMs: number,
  batch: Batch,
): void {
  if (QUIET.has(row.type)) return
  const atMs = recordTime(state, asObject(data.time)?.created, nowMs, state.createdAtMs, batch)
  const entry = {
    record: place.record,
    recordId: identityOf(row, data),
    flags: state.subagent ? ENTRY_FLAG.sidechain : 0,
    atMs,
  }
  if (row.type === 'compaction') return parseCompaction(state, data, entry, place, batch)
  if (row.type === 'assistant' || row.type === 'shell') {
    parseParts(state, row, data, entry, nowMs, batch)
    if (row.type === 'assistant') parseUsage(asAnswer(data), place, atMs, state.subagent, batch, true)
    return parseNotices(state, data, entry, batch)
  }
  if (!SPEAKERS.has(row.type)) return countUnknown(batch, 'session_message:', row.type)
  const text = wordsOf(row.type, data)
  if (text !== undefined) parseWords(state, row.type === 'user', text, entry, row.type === 'system', batch)
}

const SPEAKERS: ReadonlySet<unknown> = new Set(['user', 'synthetic', 'skill', 'system'])

type Entry = Pick<EntryDraft, 'record' | 'recordId' | 'flags' | 'atMs'>

function parseWords(
  state: State,
  fromUser: boolean,
  text: string,
  entry: Entry,
  isSystem: boolean,
  batch: Batch,
): void {
  const typed = fromUser && !isOurs(text)
  const flags = entry.flags | (typed ? 0 : ENTRY_FLAG.meta) | (text.includes(FENCE) ? ENTRY_FLAG.injected : 0)
  const role = isSystem ? 'system' : 'user'
  batch.entries.push({ ...entry, block: 0, type: 'message', role, flags, opens: typed ? 'prompt' : undefined })
  if (typed) state.prompted = true
}

function parseParts(state: State, row: Json, data: Json, entry: Entry, nowMs: number, batch: Batch): void {
  for (let index = 0, part = partAt(row.type, data, 0); part !== undefined; part = partAt(row.type, data, ++index)) {
    const block = index * PART_STEP
    const time = asObject(asObject(part.state)?.time) ?? asObject(part.time)
    const startMs = goodTime(time?.start ?? time?.created, nowMs) ?? entry.atMs
    if (part.type === 'tool') {
      const [entries, calls] = [batch.entries.length, batch.invocations.length]
      parseCall(state, part, entry, { startMs, endMs: goodTime(time?.end, nowMs) ?? startMs }, batch)
      for (const added of [...batch.entries.slice(entries), ...batch.invocations.slice(calls)]) added.block += block
      continue
    }
    if (part.type !== 'text' && part.type !== 'reasoning') countUnknown(batch, 'content:', part.type)
    else if (asText(part.text) !== undefined)
      answer(state, batch, {
        ...entry,
        block,
        atMs: startMs,
        type: part.type === 'text' ? 'message' : 'thinking',
        role: 'assistant',
      })
  }
}

function parseNotices(state: State, data: Json, entry: Entry, batch: Batch): void {
  for (const [index, name] of NOTICES.entries()) {
    if (noticeText(data, NOTICE_BLOCK + index) === undefined) continue
    const notice = { ...entry, block: NOTICE_BLOCK + index, type: 'message', role: 'system' } as const
    answer(state, batch, {
      ...notice,
      flags: entry.flags | ENTRY_FLAG.meta | (name === 'error' ? ENTRY_FLAG.failed : 0),
    })
  }
}

/** A compaction asks a model for its summary: what that took is counted as any answer is. */
function parseCompaction(state: State, data: Json, entry: Entry, place: RecordPlace, batch: Batch): void {
  parseUsage(asAnswer(data), place, entry.atMs, state.subagent, batch, true)
  const failed = data.status === 'failed' ? ENTRY_FLAG.failed : ENTRY_FLAG.summary
  if (wordsOf('compaction', data) !== undefined)
    batch.entries.push({ ...entry, block: 0, type: 'compaction', role: 'system', flags: entry.flags | failed })
}

function answer(state: State, batch: Batch, entry: EntryDraft): void {
  batch.entries.push({ ...entry, closes: state.prompted ? 'prompt' : undefined })
  state.prompted = false
}

/** Named after its time and what does not change while it grows, so that a copy under another id is known. */
function identityOf(row: Json, data: Json): string {
  if (row.type === 'assistant') return messageIdentity(asAnswer(data))
  const created = String(asObject(data.time)?.created)
  return `${created}.${hash48(JSON.stringify([row.type, data.text, data.shellID])).toString(36)}`
}

/** An answer of 2.x in the words of 1.x, for what both are counted and named by. */
function asAnswer({ tokens, cost, time, model, agent, reason }: Json): Json {
  const { id: modelID, providerID } = asObject(model) ?? {}
  return { tokens, cost, time, modelID, providerID, agent: agent ?? reason }
}

/** A part of a message in the shape of 1.x: text, reasoning or a tool; a command that a person ran is one tool. */
export function partAt(type: unknown, data: Json, index: number): Json | undefined {
  if (type === 'shell') return index === 0 ? ranCommand(data) : undefined
  if (type !== 'assistant' || !Array.isArray(data.content) || index >= data.content.length) return undefined
  const part = asObject(data.content[index]) ?? {}
  if (part.type !== 'tool') return part
  const { status, input, content, error, metadata } = asObject(part.state) ?? {}
  const { created, ran, completed } = asObject(part.time) ?? {}
  const output = textOf(content)
  const state = {
    status,
    input,
    output,
    error: errorOf(error),
    metadata,
    time: { start: ran ?? created, end: completed },
  }
  return { type: 'tool', tool: part.name, callID: part.id, state }
}

function ranCommand({ shellID, command, status, exit, output, time }: Json): Json {
  const { created: start, completed: end } = asObject(time) ?? {}
  const ended = status === 'running' ? 'running' : status === 'exited' ? 'completed' : 'error'
  const text = asText(output) ?? asText(asObject(output)?.output) ?? ''
  const state = { status: ended, input: { command }, output: text, metadata: { exit }, time: { start, end } }
  return { type: 'tool', tool: 'shell', callID: shellID, state }
}

function textOf(content: unknown): string {
  const blocks = Array.isArray(content) ? content : []
  return blocks.flatMap((block) => asText(asObject(block)?.text) ?? []).join('\n')
}

/** `{type, message}`. */
function errorOf(error: unknown): string | undefined {
  return asText(asObject(error)?.message) ?? asText(asObject(error)?.type)
}

export function noticeText(data: Json, block: number): string | undefined {
  const name = NOTICES[block - NOTICE_BLOCK]
  const told = name === 'retry' ? asObject(asObject(data.retry)?.error) : name && asObject(data[name])
  return told && errorText({ name: told.type, message: told.message })
}

/** What a message without parts says; `undefined` where that is nothing. */
export function wordsOf(type: unknown, data: Json): string | undefined {
  if (type === 'compaction') return asText(data.summary) ?? errorOf(data.error)
  if (!SPEAKERS.has(type)) return undefined
  return asText(data.text) ?? (pictures(data) > 0 ? '' : undefined)
}

export function pictures({ files }: Json): number {
  return Array.isArray(files) ? files.filter((file) => String(asObject(file)?.mime).startsWith('image/')).length : 0
}
