import type { RecordPlace } from '../line-parser.ts'
import { goodTime } from '../record-time.ts'
import { addProblem, asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../batch.ts'
import { beginThread, beginTurn } from './identity.ts'
import type { State } from './state.ts'
import { noteTier } from './usage.ts'

/**
 * `session_meta`. The first speaks of the file; later ones were copied with the records of another thread, or written again
 * by a resume, and tell whose the records behind them are.
 */
export function parseMeta(
  state: State,
  payload: Json,
  timestamp: unknown,
  nowMs: number,
  place: RecordPlace,
  batch: Batch,
): void {
  const id = asText(payload.id) ?? asText(payload.session_id)
  if (id === undefined && !state.metaSeen && payload.cwd === undefined)
    addProblem(batch, place.line, 'the description of the session has no id')
  beginThread(state, id ?? state.thread)
  if (state.metaSeen) return
  state.metaSeen = true
  const openedAtMs = goodTime(timestamp, nowMs)
  if (openedAtMs !== undefined) batch.facts.openedAtMs = openedAtMs
  noteModel(state, payload)
  noteFamily(state, payload, batch)
  noteDirectory(state, payload, batch)
  const version = asText(payload.cli_version)
  if (version !== undefined) batch.facts.agentVersion = version
  const branch = asText(asObject(payload.git)?.branch)
  if (branch !== undefined) batch.facts.gitBranch = branch
}

/** Whose session it is, who started it, what it was forked from. */
function noteFamily(state: State, payload: Json, batch: Batch): void {
  const id = asText(payload.id)
  if (id !== undefined) state.thread = id
  const source = asObject(payload.source)
  const root = asText(payload.session_id)
  const parent =
    asText(asObject(asObject(source?.subagent)?.thread_spawn)?.parent_thread_id) ??
    asText(payload.parent_thread_id) ??
    (root === state.thread ? undefined : root)
  const isSubagent = source?.subagent !== undefined || payload.thread_source === 'subagent'
  const forkedFrom = asText(payload.forked_from_id) ?? baseThread(payload, state.thread)
  state.forked = asText(payload.forked_from_id) !== undefined || payload.history_base != null
  if (isSubagent && parent !== undefined) {
    state.kind = 'subagent'
    state.session = root !== undefined && root !== state.thread ? root : parent
    batch.facts.kind = 'subagent'
  } else {
    state.session = state.thread
    if (forkedFrom !== undefined && forkedFrom !== state.thread) {
      batch.facts.parentExternalId = forkedFrom
      batch.facts.relation = 'forks'
    }
  }
  batch.facts.sessionExternalId = state.session
}

/** A file that goes on where another ended names it and does not repeat it; the other may be of the same thread. */
function baseThread(payload: Json, own: string): string | undefined {
  const base = asText(asObject(payload.history_base)?.thread_id)
  return base === own ? undefined : base
}

/** `turn_context`: directory, model and turn, at the head of each turn or of each request. */
export function parseTurnContext(state: State, payload: Json, batch: Batch): void {
  const context = asObject(payload.turn_context) ?? payload
  const turn = asText(context.turn_id)
  if (turn !== undefined) beginTurn(state, turn)
  noteModel(state, context)
  noteTier(state, context)
  noteDirectory(state, context, batch)
}

function noteModel(state: State, payload: Json): void {
  state.model = asText(payload.model) ?? state.model
}

/** The first directory is the session's; calls are made in the one of their turn. */
function noteDirectory(state: State, payload: Json, batch: Batch): void {
  const cwd = asText(payload.cwd)
  if (cwd === undefined) return
  if (state.cwd === '') batch.facts.cwd = cwd
  state.cwd = cwd
}
