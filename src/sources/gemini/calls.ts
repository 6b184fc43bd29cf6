import { ENTRY_FLAG } from '../../domain/entry.ts'
import type { EntryType } from '../../domain/entry.ts'
import { commitSubject, seenCommits } from '../commits.ts'
import { asObject, asText, countUnknown, FENCE } from '../record.ts'
import type { Json } from '../record.ts'
import { toolKind, toolSubject } from '../tool-table.ts'
import { goodTime } from '../record-time.ts'
import type { Batch, EntryDraft } from '../batch.ts'
import { callBlock, MOST_CALLS, planBlock, resultBlock } from './blocks.ts'
import { fileChange } from './files.ts'
import type { MessagePlace } from './place.ts'
import { statedPlan } from './plans.ts'
import { foldersAbove, proveRoot } from './project.ts'
import { commandOutput, isMasked, outcome, resultText } from './results.ts'
import type { State } from './state.ts'
import { editedPath, toolName, TOOLS } from './tools.ts'

/** Our fence counts only where an answer begins with it: an agent that reads a file about it is not told its own past. */
const FENCE_WITHIN = 400

/** A call's id, or one made from its message for a call that lost its own. */
export function callId(call: Json, recordId: string, index: number): string {
  return asText(call.id) ?? `${recordId}:${index}`
}

/** `toolCalls` of an answer: calls with their plans, and the results of those that have ended. */
export function parseCalls(state: State, message: Json, place: MessagePlace, nowMs: number, batch: Batch): void {
  if (message.toolCalls == null) return
  if (!Array.isArray(message.toolCalls)) return countUnknown(batch, 'field:gemini.', 'toolCalls')
  for (const [index, value] of message.toolCalls.slice(0, MOST_CALLS).entries()) {
    const call = asObject(value)
    if (call === undefined) countUnknown(batch, 'block:gemini.', 'toolCall')
    // The whole call was read when it was written before.
    else if (!place.isAgain || !isMasked(call)) parseCall(state, call, index, place, nowMs, batch)
  }
}

function parseCall(state: State, call: Json, index: number, place: MessagePlace, nowMs: number, batch: Batch): void {
  const id = callId(call, place.recordId, index)
  const { tool, server } = toolName(call)
  const args = asObject(call.args)
  const ended = outcome(call)
  const failed = ended?.failed ? ENTRY_FLAG.failed : 0
  const { record, firstBlock, recordId, atMs } = place
  const add = (block: number, type: EntryType, more: Partial<EntryDraft>): void => {
    const role = type === 'tool_result' ? 'tool' : 'assistant'
    const where = { record, block: firstBlock + block, part: block, recordId, atMs }
    batch.entries.push({ ...where, type, role, flags: place.flags, ...more })
  }
  add(callBlock(index), 'tool_call', { tool, opens: id, flags: place.flags | failed })
  batch.invocations.push({
    record,
    block: firstBlock + callBlock(index),
    callId: id,
    tool,
    server,
    kind: toolKind(TOOLS, tool, server),
    subject: toolSubject(TOOLS, tool, server, args),
    atMs,
  })
  for (const path of [args?.file_path, args?.absolute_path, args?.dir_path, args?.path])
    if (typeof path === 'string') proveRoot(state, foldersAbove(path))
  const plan = statedPlan(tool, server, args)
  if (plan) add(planBlock(index), 'plan', { plan })
  if (ended === undefined) return
  const endedMs = goodTime(call.timestamp, nowMs) ?? atMs
  const ours = resultText(call).slice(0, FENCE_WITHIN).includes(FENCE) ? ENTRY_FLAG.injected : 0
  add(resultBlock(index), 'tool_result', { atMs: endedMs, closes: id, flags: place.flags | failed | ours })
  batch.results.push({ callId: id, record, atMs: endedMs, ...ended })
  noteEffects(state, call, id, tool, server, endedMs, ended.failed, batch)
}

/** Files, commits and subagents that a finished call tells of. */
function noteEffects(
  state: State,
  call: Json,
  id: string,
  tool: string,
  server: string | undefined,
  atMs: number,
  failed: boolean,
  batch: Batch,
): void {
  const agentId = asText(call.agentId)
  if (agentId !== undefined) (batch.facts.subagents ??= []).push({ externalId: agentId, callId: id })
  if (server !== undefined) return
  const args = asObject(call.args)
  const command = tool === 'run_shell_command' ? asText(args?.command) : undefined
  const commit = command === undefined ? undefined : commitSubject(command)
  if (commit !== undefined) batch.commits.push(...seenCommits(id, commandOutput(call), commit, !failed, atMs))
  const named = editedPath(tool, server, args)
  if (named === undefined || failed) return
  const change = fileChange(id, call, named, atMs)
  batch.fileChanges.push(change)
  proveRoot(state, foldersAbove(change.path))
}
