import { ENTRY_FLAG } from '../../domain/entry.ts'
import { hash48 } from '../../domain/ids.ts'
import type { Batch, EntryDraft } from '../batch.ts'
import { commitSubject, seenCommits } from '../commits.ts'
import type { LineParser, RecordPlace } from '../line-parser.ts'
import { addProblem, asObject, asText, firstLine, isOurs, oneLine } from '../record.ts'
import { recordTime } from '../record-time.ts'
import { toolKind, toolSubject } from '../tool-table.ts'
import {
  CALL_BLOCK,
  type CursorCall,
  type CursorResult,
  RESULT_BLOCK,
  TOOLS,
  callOf,
  pathOf,
  resultOf,
} from './calls.ts'
import { editLines } from './edits.ts'
import { type CursorRecord, readRecord } from './record.ts'

/** What is remembered from event to event: no word of what was said. */
export interface State {
  lastAtMs: number
  titled: boolean
  /** The last calls. `path` is a hash; `edit`: told by a file's edit alone so far. */
  calls: { id: string; path: number | null; edit: boolean; changed: boolean }[]
}

const TITLE_LIMIT = 120
const CALLS = 64

type Told = CursorRecord & { atMs: number; record: number }

/** One event in, additions to the batch out. */
export const cursorParser: LineParser<State> = {
  initial: () => ({ lastAtMs: 0, titled: false, calls: [] }),
  parse(state, value, place, batch) {
    const record = readRecord(value)
    if (record === undefined) return addProblem(batch, place.line, 'not an event')
    const told: Told = { ...record, record: place.record, atMs: timeOf(state, record, place, batch) }
    noteFacts(told, batch)
    const call = callOf(told)
    if (call !== undefined) parseCall(state, told, call, batch)
    else parseWords(state, told, batch)
  },
}

/** Times are our own clock's: they need no other bound than that of the record itself. */
function timeOf(state: State, { at, atMs }: { at: string; atMs: number }, _place: RecordPlace, batch: Batch): number {
  return recordTime(state, at, atMs, atMs, batch)
}

function noteFacts({ id, said }: Told, batch: Batch): void {
  batch.facts.lastRecordId = id
  const version = asText(said.cursor_version)
  if (version !== undefined) batch.facts.agentVersion = oneLine(version, 40)
}

function parseWords(state: State, told: Told, batch: Batch): void {
  const { event, said } = told
  if (event === 'beforeSubmitPrompt') return parsePrompt(state, told, batch)
  if (event === 'preCompact') return add(batch, told, { type: 'compaction', role: 'system' })
  const text = asText(said.text)
  if (text === undefined) return
  if (event === 'afterAgentResponse') add(batch, told, { type: 'message', role: 'assistant', closes: 'prompt' })
  if (event === 'afterAgentThought') add(batch, told, { type: 'thinking', role: 'assistant' })
}

/** The first prompt names the conversation: Cursor's own title is in no event. */
function parsePrompt(state: State, told: Told, batch: Batch): void {
  const text = asText(told.said.prompt)
  if (text === undefined || text.trim() === '') return
  if (isOurs(text))
    return add(batch, told, { type: 'message', role: 'user', flags: ENTRY_FLAG.meta | ENTRY_FLAG.injected })
  add(batch, told, { type: 'message', role: 'user', opens: 'prompt' })
  const title = oneLine(firstLine(text), TITLE_LIMIT)
  if (state.titled || title === '') return
  state.titled = true
  batch.facts.title = title
  batch.facts.titleSource = 'prompt'
}

function parseCall(state: State, told: Told, call: CursorCall, batch: Batch): void {
  const path = pathOf(call.input)
  const hash = path === undefined ? null : hash48(path)
  if (told.event === 'afterFileEdit') return parseEdit(state, told, call, path, hash, batch)
  const result = resultOf(told)
  const known =
    state.calls.find(({ id }) => id === call.callId) ??
    // The edit came first, or alone: its call is the one that is there.
    state.calls.find((one) => one.edit && hash !== null && one.path === hash)
  if (known === undefined) {
    remember(state, { id: call.callId, path: hash, edit: false, changed: false })
    addCall(told, call, told.atMs - (result?.durationMs ?? 0), result === undefined, batch)
  } else known.edit = false
  if (result !== undefined) addResult(told, call, known?.id ?? call.callId, result, batch)
  if (result?.failed === false && call.tool === 'Delete' && path !== undefined)
    batch.fileChanges.push({ callId: known?.id ?? call.callId, path, kind: 'delete', atMs: told.atMs })
}

function parseEdit(
  state: State,
  told: Told,
  call: CursorCall,
  path: string | undefined,
  hash: number | null,
  batch: Batch,
): void {
  if (path === undefined) return
  const open = state.calls.findLast((one) => one.path === hash && !one.edit && !one.changed)
  if (open) open.changed = true
  else {
    remember(state, { id: call.callId, path: hash, edit: true, changed: true })
    addCall(told, call, told.atMs, false, batch)
    batch.results.push({ callId: call.callId, record: told.record, atMs: told.atMs, failed: false })
  }
  batch.fileChanges.push({ callId: open?.id ?? call.callId, path, ...editLines(told.said), atMs: told.atMs })
}

function remember(state: State, call: State['calls'][number]): void {
  state.calls.push(call)
  if (state.calls.length > CALLS) state.calls.shift()
}

/** @param opens the call is still to be answered */
function addCall(
  told: Told,
  { callId, tool, mcp, input }: CursorCall,
  atMs: number,
  opens: boolean,
  batch: Batch,
): void {
  const entry = { type: 'tool_call', role: 'assistant', tool, ...(opens && { opens: callId }) } as const
  add(batch, { ...told, atMs }, entry, CALL_BLOCK)
  batch.invocations.push({
    record: told.record,
    block: CALL_BLOCK,
    callId,
    tool,
    kind: mcp ? 'mcp' : toolKind(TOOLS, tool, undefined),
    subject: toolSubject(TOOLS, tool, undefined, asObject(input)),
    atMs,
  })
}

function addResult(told: Told, call: CursorCall, callId: string, result: CursorResult, batch: Batch): void {
  const { failed, text, exitCode, durationMs } = result
  const { record, atMs } = told
  const flags = failed ? ENTRY_FLAG.failed : 0
  add(batch, told, { type: 'tool_result', role: 'tool', flags, closes: callId }, RESULT_BLOCK)
  batch.results.push({
    callId,
    record,
    atMs,
    failed,
    ...(exitCode !== undefined && { exitCode }),
    ...(durationMs !== undefined && { durationMs }),
  })
  const command = call.tool === 'Shell' ? asText(asObject(call.input)?.command) : undefined
  const subject = command === undefined ? undefined : commitSubject(command)
  if (subject !== undefined) batch.commits.push(...seenCommits(callId, text, subject, !failed, atMs))
}

function add(
  batch: Batch,
  { record, id, atMs }: Told,
  entry: Pick<EntryDraft, 'type' | 'role'> & Partial<EntryDraft>,
  block = 0,
): void {
  batch.entries.push({ record, block, recordId: id, atMs, flags: 0, ...entry })
}
