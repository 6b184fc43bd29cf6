import type { DocumentParser } from '../document.ts'
import type { RecordPlace } from '../line-parser.ts'
import { addProblem, asObject, asText, countUnknown } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../batch.ts'
import { countUnknownFields } from './known.ts'
import { applyList, applyPatch, rewind } from './list.ts'
import { parseMessage } from './message.ts'
import { foldersAbove, proveRoot } from './project.ts'
import type { KnownRoots } from './project.ts'
import { initialState } from './state.ts'
import type { State } from './state.ts'
import { nameSession, parseSummary } from './titles.ts'

/** What a reading brings along from outside the file. */
export interface Surroundings {
  /** When this reading began: records from later than the next day have a broken clock. */
  nowMs: number
  roots: KnownRoots
}

/**
 * The parser of Gemini CLI's conversations: the operation log of newer versions, a record a line, and the documents of
 * older ones, a whole conversation in one record.
 *
 * @see README.md for the format and how we know it
 */
export function geminiParser(around: Surroundings): DocumentParser<State> {
  return {
    list: 'messages',
    initial: initialState,
    header(state, fields, batch) {
      parseFields(state, fields, batch, around)
      nameSession(state, fields.summary, batch)
      noteFacts(state, batch)
    },
    parse(state, record, place, batch) {
      parseRecord(state, record, place, batch, around)
      noteFacts(state, batch)
    },
  }
}

function noteFacts(state: State, { facts }: Batch): void {
  if (state.session !== '') facts.sessionExternalId = state.session
  if (state.cwd !== '') facts.cwd = state.cwd
}

function parseRecord(state: State, record: Json, place: RecordPlace, batch: Batch, around: Surroundings): void {
  if ('$rewindTo' in record) return rewind(state, record.$rewindTo, place, batch)
  if ('$patch' in record) return applyPatch(state, record.$patch, place, batch)
  if ('$set' in record) {
    const patch = asObject(record.$set)
    if (patch === undefined) return addProblem(batch, place.line, 'a patch that is not an object')
    return parseChange(state, patch, place, batch, around)
  }
  const id = asText(record.id)
  if (id !== undefined && typeof record.type === 'string') {
    return parseMessage(state, record, id, { ...place, firstBlock: 0 }, around.nowMs, batch)
  }
  if (!HEADER.some((field) => field in record)) {
    return addProblem(batch, place.line, 'a record that is neither a message nor a header nor a change')
  }
  parseChange(state, record, place, batch, around)
}

const HEADER = ['sessionId', 'projectHash', 'startTime', 'messages', 'summary']

/** A header of the log or a change of its fields. Either names the session when it is resumed. */
function parseChange(state: State, fields: Json, place: RecordPlace, batch: Batch, around: Surroundings): void {
  if ('sessionId' in fields && state.messages.length > 0) state.restating = true
  parseFields(state, fields, batch, around)
  if ('messages' in fields) applyList(state, fields.messages, place, around.nowMs, batch)
  parseSummary(state, fields.summary, place, batch)
}

/** Fields of the conversation: in a header, in a patch, around the messages of a document. */
function parseFields(state: State, fields: Json, batch: Batch, around: Surroundings): void {
  countUnknownFields('session', fields, batch)
  noteSession(state, asText(fields.sessionId), batch)
  // Around 0.30 a subagent's conversation lay beside its session's, with the session's id: only this tells it apart.
  if (fields.kind === 'subagent' && state.kind === 'main') state.kind = batch.facts.kind = 'subagent'
  state.projectHash ||= asText(fields.projectHash) ?? ''
  const { own, others } = around.roots
  const directories = Array.isArray(fields.directories) ? fields.directories.filter(isText) : []
  if (state.cwd === '' && own.length > 0) state.cwd = own[0]!
  proveRoot(state, [...directories, ...others, ...directories.flatMap((path) => [...foldersAbove(path)])])
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** The header says which session a main transcript is; a subagent's belongs to the session whose folder it lies in. */
function noteSession(state: State, sessionId: string | undefined, batch: Batch): void {
  if (sessionId === undefined || state.kind === 'subagent') return
  if (state.session === '') state.session = sessionId
  else if (state.session !== sessionId) countUnknown(batch, 'session:', 'another')
}
