import { ENTRY_FLAG } from '../../domain/entry.ts'
import type { LineParser, RecordPlace } from '../line-parser.ts'
import { addProblem, asObject, asText, countUnknown, FENCE, isOurs, oneLine, type Json } from '../record.ts'
import { goodTime, recordTime } from '../record-time.ts'
import type { Batch, EntryDraft } from '../batch.ts'
import { parseCall } from './calls.ts'
import { messageIdentity, partIdentity } from './identity.ts'
import { countUnknownFields, QUIET_PARTS } from './known.ts'
import { parseSessionMessage } from './session-message.ts'
import { initialState, type State } from './state.ts'
import { errorText, saidText } from './text.ts'
import { parseUsage } from './usage.ts'

const TITLE_LIMIT = 200
/** What OpenCode calls a session that has no title yet. */
const UNTITLED = /^(New session|Child session) - \d{4}-\d\d-\d\dT/

/**
 * The parser of OpenCode's rows: sessions, messages and parts, from its database or from the older tree of files.
 *
 * @param nowMs when this reading began: rows from later than the next day have a broken clock
 * @see README.md for the format and how we know it
 */
export function opencodeParser(nowMs: number): LineParser<State> {
  return {
    initial: initialState,
    parse(state, row, place, batch) {
      if (row.row === 'session') return parseSession(state, row, place, nowMs, batch)
      const data = asObject(row.data)
      if (data === undefined) return addProblem(batch, place.line, 'a row without an object in it')
      if (row.row === 'message') return parseMessage(state, data, place, nowMs, batch)
      if (row.row === 'part') return parsePart(state, row, data, place, nowMs, batch)
      if (row.row === 'session_message') return parseSessionMessage(state, row, data, place, nowMs, batch)
      return countUnknown(batch, 'row:', row.row)
    },
  }
}

function parseSession(state: State, row: Json, place: RecordPlace, nowMs: number, batch: Batch): void {
  const { facts } = batch
  const id = asText(row.id)
  state.subagent = asText(row.parent_id) !== undefined
  state.createdAtMs = goodTime(row.time_created, nowMs) ?? state.createdAtMs
  if (state.createdAtMs > 0) facts.openedAtMs = state.createdAtMs
  const root = asText(row.root) ?? id
  if (root !== undefined) facts.sessionExternalId = root
  const [directory, version, title] = [asText(row.directory), asText(row.version), asText(row.title)]
  if (directory !== undefined) facts.cwd = state.cwd = directory
  const forkedFrom = asText(row.fork_session_id)
  if (forkedFrom !== undefined) Object.assign(facts, { parentExternalId: forkedFrom, relation: 'forks' })
  if (version !== undefined) facts.agentVersion = version
  if (title === undefined || UNTITLED.test(title)) return
  facts.title = oneLine(title, TITLE_LIMIT)
  facts.titleSource = 'agent'
  if (state.createdAtMs === 0 || state.subagent) return
  const recordId = `title ${id ?? place.lineId()} ${facts.title}`
  batch.entries.push({
    record: place.record,
    block: 0,
    recordId,
    atMs: state.createdAtMs,
    type: 'title',
    role: 'system',
    flags: 0,
  })
}

/** An assistant message is one response of a model: its tokens, and the error it may have ended with. */
function parseMessage(state: State, data: Json, place: RecordPlace, nowMs: number, batch: Batch): void {
  countUnknownFields('message', data, batch)
  if (data.role !== 'assistant') return
  const time = asObject(data.time)
  const atMs = recordTime(state, time?.created, nowMs, state.createdAtMs, batch)
  parseUsage(data, place, atMs, state.subagent, batch)
  const error = errorText(asObject(data.error))
  if (error === undefined) return
  batch.entries.push({
    record: place.record,
    block: 0,
    recordId: messageIdentity(data),
    atMs: goodTime(time?.completed, nowMs) ?? atMs,
    type: 'message',
    role: 'system',
    flags: ENTRY_FLAG.meta | flagsOf(state),
    closes: state.prompted ? 'prompt' : undefined,
  })
  state.prompted = false
}

function parsePart(state: State, row: Json, data: Json, place: RecordPlace, nowMs: number, batch: Batch): void {
  countUnknownFields('part', data, batch)
  const message = asObject(row.message) ?? {}
  const recordId = partIdentity(message, row.place, data)
  const time = asObject(data.type === 'tool' ? asObject(data.state)?.time : data.time)
  const atMs = recordTime(
    state,
    goodTime(time?.start ?? time?.created, nowMs) ?? message.created,
    nowMs,
    state.createdAtMs,
    batch,
  )
  const entry = { record: place.record, recordId, flags: flagsOf(state) }
  switch (data.type) {
    case 'tool': {
      const endMs = goodTime(time?.end, nowMs) ?? atMs
      return parseCall(state, data, entry, { startMs: atMs, endMs }, batch)
    }
    case 'reasoning':
      if (asText(data.text) === undefined) return
      return push(state, batch, { ...entry, block: 0, atMs, type: 'thinking', role: 'assistant' })
    case 'text':
    case 'file':
    case 'subtask':
    case 'retry':
      return parseSaid(state, data, message, { ...entry, block: 0, atMs }, batch)
    default:
      if (!QUIET_PARTS.has(String(data.type))) countUnknown(batch, 'part:', data.type)
  }
}

/** Text and its like. Only what a person typed is a prompt: OpenCode marks as `synthetic` what it adds to a message. */
function parseSaid(
  state: State,
  data: Json,
  message: Json,
  entry: Pick<EntryDraft, 'record' | 'recordId' | 'flags' | 'block' | 'atMs'>,
  batch: Batch,
): void {
  const text = saidText(data)
  if (text === undefined) return
  if (message.role === 'assistant' && message.summary === true && data.type === 'text')
    return push(state, batch, { ...entry, type: 'compaction', role: 'system', flags: entry.flags | ENTRY_FLAG.summary })
  if (message.role !== 'user') {
    const role = data.type === 'retry' ? 'system' : 'assistant'
    const meta = role === 'system' ? ENTRY_FLAG.meta : 0
    return push(state, batch, { ...entry, type: 'message', role, flags: entry.flags | meta })
  }
  const typed = data.type === 'text' && data.synthetic !== true && data.ignored !== true && !isOurs(text)
  const flags = entry.flags | (typed ? 0 : ENTRY_FLAG.meta) | (text.includes(FENCE) ? ENTRY_FLAG.injected : 0)
  batch.entries.push({ ...entry, type: 'message', role: 'user', flags, opens: typed ? 'prompt' : undefined })
  if (typed) state.prompted = true
}

function push(state: State, batch: Batch, entry: EntryDraft): void {
  batch.entries.push({ ...entry, closes: state.prompted ? 'prompt' : undefined })
  state.prompted = false
}

function flagsOf({ subagent }: State): number {
  return subagent ? ENTRY_FLAG.sidechain : 0
}
