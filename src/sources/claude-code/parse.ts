import type { LineParser, RecordPlace } from '../line-parser.ts'
import type { Batch } from '../batch.ts'
import { parseAssistant } from './assistant.ts'
import { countUnknownFields, QUIET_TYPES } from './known.ts'
import { queuedPrompt } from './queued.ts'
import { recordTime } from '../record-time.ts'
import { addProblem, asObject, asText, countUnknown } from '../record.ts'
import type { Json } from '../record.ts'
import { initialState } from './state.ts'
import type { State } from './state.ts'
import { parseAttachment, parseSystem } from './system.ts'
import { noteOpening, UNDATED_MS } from './time.ts'
import { parseSummary, parseTitle } from './titles.ts'
import { parseQueued, parseUser } from './user.ts'

/**
 * The parser of Claude Code's transcripts, all versions from 1.0 on.
 *
 * @param nowMs when this reading began: records from later than the next day have a broken clock
 * @see README.md for the format and how we know it
 */
export function claudeCodeParser(nowMs: number): LineParser<State> {
  return {
    initial: initialState,
    parse: (state, record, place, batch) => parseRecord(state, record, place, batch, nowMs),
  }
}

function parseRecord(state: State, record: Json, place: RecordPlace, batch: Batch, nowMs: number): void {
  switch (record.type) {
    case 'user':
    case 'assistant':
    case 'system':
    case 'attachment':
      return parseTurn(state, record, place, batch, nowMs)
    case 'ai-title':
    case 'custom-title':
    case 'agent-name':
      return parseTitle(state, record, place, batch, record.type)
    case 'summary':
      return parseSummary(record, batch)
    case 'progress':
      // Progress lines embed whole messages of subagents, which have their own transcript: never read twice.
      recordTime(state, record.timestamp, nowMs, UNDATED_MS, batch)
      return
    case 'queue-operation':
      return noteOpening(state, record, nowMs, batch)
    default:
      if (typeof record.type !== 'string') addProblem(batch, place.line, 'a record without a type')
      else if (!QUIET_TYPES.has(record.type)) countUnknown(batch, 'type:', record.type)
  }
}

function parseTurn(state: State, record: Json, place: RecordPlace, batch: Batch, nowMs: number): void {
  countUnknownFields(record, batch)
  const atMs = recordTime(state, record.timestamp, nowMs, UNDATED_MS, batch)
  const uuid = asText(record.uuid)
  const recordId = uuid ?? place.lineId()
  const sidechain = record.isSidechain === true || state.kind === 'subagent'
  noteFacts(state, record, uuid, batch)
  if (record.type === 'system') return parseSystem(record, recordId, place, atMs, sidechain, batch)
  const queued = record.type === 'attachment' ? queuedPrompt(record) : undefined
  if (queued) return parseQueued(state, queued, recordId, place, atMs, sidechain, batch)
  if (record.type === 'attachment') return parseAttachment(record, recordId, place, atMs, sidechain, batch)
  const message = asObject(record.message)
  if (message === undefined) return addProblem(batch, place.line, `a ${String(record.type)} record without a message`)
  const parse = record.type === 'user' ? parseUser : parseAssistant
  parse(state, record, message, recordId, place, atMs, sidechain, batch)
}

/** Session, directory, branch, version, and what names the record. */
function noteFacts(state: State, record: Json, uuid: string | undefined, batch: Batch): void {
  const facts = batch.facts
  if (uuid !== undefined) facts.lastRecordId = uuid
  const cwd = asText(record.cwd)
  if (cwd !== undefined && state.cwd === '') state.cwd = cwd
  if (state.cwd !== '') facts.cwd = state.cwd
  const branch = asText(record.gitBranch)
  if (branch !== undefined) facts.gitBranch = branch
  const version = asText(record.version)
  if (version !== undefined) facts.agentVersion = version
  noteSession(state, record, batch)
  noteFork(state, asText(asObject(record.forkedFrom)?.sessionId), batch)
}

/** `/branch` writes on every line it copies which session that was (`forkedFrom`, told of 2.1; `--fork-session` does not). */
function noteFork(state: State, from: string | undefined, batch: Batch): void {
  if (from === undefined || from === state.externalId || state.kind !== 'main') return
  batch.facts.parentExternalId = from
  batch.facts.relation = 'forks'
}

/**
 * The file name decides which session a main transcript is. Its lines may say otherwise: 2.0.60 forks begin with copied
 * lines that still carry the old id, which names the parent once lines of its own follow: the last one, where that was a fork too. A subagent's file beside its session
 * has no such name: its first line that carries its own id decides, for lines that it copied carry none or another.
 */
function noteSession(state: State, record: Json, batch: Batch): void {
  const sessionId = asText(record.sessionId)
  const isOwn = record.agentId === state.externalId
  if (sessionId !== undefined && (state.session === '' || (state.guessed === true && isOwn))) {
    state.session = sessionId
    state.guessed = !isOwn
  } else if (sessionId !== undefined && sessionId !== state.session) {
    if (state.forked !== true && isUuid(sessionId)) state.foreignSession = sessionId
  } else if (sessionId !== undefined && state.foreignSession !== '' && state.kind === 'main') {
    state.forked = true
    batch.facts.parentExternalId = state.foreignSession
    batch.facts.relation = 'forks'
  }
  if (state.session !== '') batch.facts.sessionExternalId = state.session
}

function isUuid(text: string): boolean {
  return text.length === 36 && /^[0-9a-f-]{36}$/.test(text)
}
