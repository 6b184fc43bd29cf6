import { ENTRY_FLAG } from '../../domain/entry.ts'
import type { RecordPlace } from '../line-parser.ts'
import { asObject, asText, countUnknown } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../batch.ts'
import { beginTurn, recordId } from './identity.ts'
import { addEntry } from './items.ts'
import { parseNested } from './nested.ts'
import { noteSubagent, tellChanges, tellOutcome } from './outcomes.ts'
import { toldChanges } from './patches.ts'
import { abortText } from './prompts.ts'
import type { State } from './state.ts'
import { offerTitle, threadName } from './titles.ts'
import { commandOutcome, toolOutcome } from './told.ts'
import { noteTier, parseTokenCount } from './usage.ts'

/**
 * An `event_msg`: what the client showed. Messages, reasoning and calls stand in `response_item` too, in all versions, and
 * are read there; what only events tell is read here: turns, tokens, outcomes, changed files, names, interruptions.
 */
export function parseEvent(state: State, payload: Json, place: RecordPlace, atMs: number, batch: Batch): void {
  if (parseNested(state, payload, place, atMs, batch)) return
  switch (payload.type) {
    case 'token_count':
      return parseTokenCount(state, payload, place, atMs, batch)
    case 'task_started':
    case 'turn_started':
      return beginTurn(state, asText(payload.turn_id) ?? '')
    case 'exec_command_end':
      return tellOutcome(state, asText(payload.call_id) ?? '', commandOutcome(payload), atMs, batch)
    case 'mcp_tool_call_end':
      return tellOutcome(state, asText(payload.call_id) ?? '', toolOutcome(payload), atMs, batch)
    case 'dynamic_tool_call_response':
      return tellOutcome(
        state,
        asText(payload.call_id) ?? '',
        { ...toolOutcome(payload), failed: payload.success === false },
        atMs,
        batch,
      )
    case 'patch_apply_end':
      return parsePatchEnd(state, asText(payload.call_id) ?? '', payload, payload.success !== false, atMs, batch)
    case 'item_completed':
      return parseItemCompleted(state, asObject(payload.item) ?? {}, atMs, batch)
    case 'collab_agent_spawn_end':
      return noteSubagent(state, asText(payload.call_id), asText(payload.new_thread_id), batch)
    case 'sub_agent_activity':
      if (payload.kind === 'started')
        noteSubagent(state, asText(payload.event_id), asText(payload.agent_thread_id), batch)
      return
    case 'thread_name_updated':
      return parseName(state, payload, place, atMs, batch)
    case 'thread_settings_applied':
      return noteSettings(state, asObject(payload.thread_settings) ?? {})
    case 'turn_aborted':
      return parseAbort(state, payload, place, atMs, batch)
    case 'thread_rolled_back':
      return parseRollback(state, payload, place, batch)
    case 'error':
    case 'stream_error':
      return parseError(state, payload, place, atMs, batch)
    default:
      if (!QUIET.has(String(payload.type))) countUnknown(batch, 'event:', payload.type)
  }
}

/** Events that repeat what response items say, or that belong to no timeline. */
const QUIET = new Set([
  'agent_message',
  'agent_reasoning',
  'agent_reasoning_raw_content',
  'agent_reasoning_section_break',
  'background_event',
  'collab_agent_interaction_end',
  'collab_close_end',
  'collab_resume_end',
  'collab_waiting_end',
  'context_compacted',
  'deprecation_notice',
  'dynamic_tool_call_request',
  'entered_review_mode',
  'exec_command_begin',
  'exited_review_mode',
  'guardian_assessment',
  'hook_completed',
  'hook_started',
  'image_generation_begin',
  'image_generation_end',
  'item_started',
  'mcp_tool_call_begin',
  'model_reroute',
  'patch_apply_begin',
  'plan_update',
  'task_complete',
  'thread_goal_updated',
  'tool_call',
  'turn_complete',
  'turn_diff',
  'undo_completed',
  'user_message',
  'view_image_tool_call',
  'warning',
  'web_search_begin',
  'web_search_call',
  'web_search_end',
])

/** `item_completed` takes the place of most events from 0.149 on. Its id is that of the call. */
function parseItemCompleted(state: State, item: Json, atMs: number, batch: Batch): void {
  const id = asText(item.id) ?? ''
  switch (item.type) {
    case 'CommandExecution':
      return tellOutcome(state, id, commandOutcome(item), atMs, batch)
    case 'McpToolCall':
      return tellOutcome(state, id, toolOutcome(item), atMs, batch)
    case 'FileChange':
      return parsePatchEnd(state, id, item, item.status === 'completed', atMs, batch)
    default:
      if (!QUIET_ITEMS.has(String(item.type))) countUnknown(batch, 'completed:', item.type)
  }
}

const QUIET_ITEMS = new Set([
  'AgentMessage',
  'CollabAgentToolCall',
  'ContextCompaction',
  'DynamicToolCall',
  'EnteredReviewMode',
  'ExitedReviewMode',
  'Extension',
  'HookPrompt',
  'ImageGeneration',
  'ImageView',
  'Plan',
  'Reasoning',
  'Sleep',
  'SubAgentActivity',
  'UserMessage',
  'WebSearch',
])

function parsePatchEnd(state: State, id: string, payload: Json, done: boolean, atMs: number, batch: Batch): void {
  tellOutcome(state, id, { text: '', failed: !done }, atMs, batch)
  if (done) tellChanges(state, id, toldChanges(payload.changes, state.cwd), atMs, batch)
}

function noteSettings(state: State, settings: Json): void {
  state.model = asText(settings.model) ?? state.model
  state.serviceTier = ''
  noteTier(state, settings)
}

/** The name of another thread may stand in what was copied from it. */
function parseName(state: State, payload: Json, place: RecordPlace, atMs: number, batch: Batch): void {
  const name = threadName(payload.thread_name)
  const thread = asText(payload.thread_id)
  if (name === undefined || (thread !== undefined && thread !== state.thread)) return
  offerTitle(state, batch, 'custom', name)
  const entry = addEntry(state, recordId(state, {}, 'title', name), 'title', 'system', place, atMs, batch, false)
  entry.flags &= ~ENTRY_FLAG.sidechain
}

function parseAbort(state: State, payload: Json, place: RecordPlace, atMs: number, batch: Batch): void {
  const id = recordId(state, { turn_id: payload.turn_id }, 'aborted', abortText(payload))
  addEntry(state, id, 'message', 'system', place, atMs, batch).flags |= ENTRY_FLAG.meta
}

/** The person went back: the last turns are no part of the conversation any more. What they cost was spent. */
function parseRollback(state: State, payload: Json, place: RecordPlace, batch: Batch): void {
  const turns = payload.num_turns
  if (typeof turns !== 'number' || !(turns >= 1)) return
  const from = state.prompts.splice(-Math.floor(turns))[0]
  if (from === undefined) return
  batch.withdrawn ??= []
  for (let record = from; record < place.record; record++) batch.withdrawn.push(record)
}

function parseError(state: State, payload: Json, place: RecordPlace, atMs: number, batch: Batch): void {
  const text = asText(payload.message)
  if (text === undefined) return
  const id = recordId(state, { turn_id: payload.turn_id }, 'error', text)
  const entry = addEntry(state, id, 'message', 'system', place, atMs, batch)
  entry.flags |= ENTRY_FLAG.meta | ENTRY_FLAG.failed
}

/** What a message made of an event says; `undefined` for events that make none. */
export function eventText(payload: Json): string | undefined {
  if (payload.type === 'turn_aborted') return abortText(payload)
  if (payload.type === 'error' || payload.type === 'stream_error') return asText(payload.message)
  return undefined
}
