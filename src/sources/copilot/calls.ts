import { commitSubject } from '../commits.ts'
import { asText } from '../record.ts'
import type { Json } from '../record.ts'
import { toolSubject } from '../tool-table.ts'
import type { Batch, EntryDraft } from '../batch.ts'
import { addEntry } from './entry.ts'
import type { Event } from './event.ts'
import { statedEdits } from './files.ts'
import { pendingCall, rememberCall } from './state.ts'
import type { PendingCall, State } from './state.ts'
import { planStatements } from './todos.ts'
import { callInput, callKind, toolName, TOOLS } from './tools.ts'

/** Where a call stands that has a record of its own. */
export const START_BLOCK = 0

/** A call's id, or one made from the record for a call that lost its own. */
export function callId(call: Json, recordId: string, block: number): string {
  return asText(call.toolCallId) ?? `${recordId}:${block}`
}

/** A call whose entry is already in the batch: `call` is a tool request, or the event that it began. */
export function addCall(state: State, entry: EntryDraft, call: Json, batch: Batch): void {
  const id = callId(call, entry.recordId, entry.block)
  const { tool, server } = toolName(call)
  const input = callInput(call)
  const pending: PendingCall = server === undefined ? whatItDoes(tool, call, input) : { tool }
  entry.tool = tool
  entry.opens = id
  batch.invocations.push({
    record: entry.record,
    block: entry.block,
    callId: id,
    tool,
    server,
    kind: callKind(tool, server, input),
    subject: toolSubject(TOOLS, tool, server, input) || (pending.edits?.[0]?.path ?? ''),
    atMs: entry.atMs,
  })
  rememberCall(state, id, pending)
}

function whatItDoes(tool: string, call: Json, input: Json | undefined): PendingCall {
  const pending: PendingCall = { tool }
  const edits = statedEdits(tool, call)
  if (edits.length > 0) pending.edits = edits
  const commit = commitSubject(asText(input?.command) ?? '')
  if (commit !== undefined) pending.commit = commit
  const sql = planStatements(tool, input)
  if (sql !== undefined) pending.sql = sql
  return pending
}

/**
 * `tool.execution_start`: from now on the call runs. `tool.user_requested`, and a start that no message asked for (an old
 * version, a command that a person ran), are the call itself.
 */
export function parseStart(state: State, event: Event, batch: Batch): void {
  const id = asText(event.data.toolCallId)
  const asked = id === undefined ? undefined : pendingCall(state, id)
  if (asked === undefined) addCall(state, addEntry(state, event, START_BLOCK, 'tool_call', batch), event.data, batch)
  const call = pendingCall(state, callId(event.data, event.recordId, START_BLOCK))
  if (call !== undefined) call.startedAtMs = event.atMs
}
