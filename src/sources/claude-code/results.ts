import { ENTRY_FLAG } from '../../domain/entry.ts'
import type { RecordPlace } from '../line-parser.ts'
import type { Batch } from '../batch.ts'
import { resultStart, resultText } from './blocks.ts'
import { seenCommits } from '../commits.ts'
import { fileChange } from './files.ts'
import { acceptedPlan, foldTask, PLAN_BLOCK } from './plans.ts'
import { addProblem, asDuration, asObject, asText, FENCE } from '../record.ts'
import type { Json } from '../record.ts'
import { takeCall } from './state.ts'
import type { State } from './state.ts'

/** Our fence counts only where an answer begins with it: an agent that reads a file about it is not told its own past. */
const FENCE_WITHIN = 400

/**
 * A `tool_result` block: an entry, the outcome of its call, and what the structured result beside it tells.
 * @param result `toolUseResult` of the record, where it is an object and the record holds one result only
 */
export function parseResult(
  state: State,
  block: Json,
  index: number,
  result: Json | undefined,
  recordId: string,
  place: RecordPlace,
  atMs: number,
  flags: number,
  batch: Batch,
): void {
  const callId = asText(block.tool_use_id)
  const content = block.content
  const start = resultStart(content)
  const failed = hasFailed(block)
  let entryFlags = flags
  if (failed) entryFlags |= ENTRY_FLAG.failed
  if (start.slice(0, FENCE_WITHIN).includes(FENCE)) entryFlags |= ENTRY_FLAG.injected
  batch.entries.push({
    record: place.record,
    block: index,
    recordId,
    atMs,
    type: 'tool_result',
    role: 'tool',
    flags: entryFlags,
    closes: callId,
  })
  if (callId === undefined) return addProblem(batch, place.line, 'a tool result does not name its call')
  batch.results.push({
    callId,
    record: place.record,
    atMs,
    failed,
    exitCode: exitCode(start, failed),
    durationMs: recordedDuration(result),
  })
  const agentId = asText(result?.agentId)
  if (agentId !== undefined) {
    batch.facts.subagents ??= []
    batch.facts.subagents.push({ externalId: agentId, callId })
  }
  const call = takeCall(state, callId)
  if (call === undefined) return
  if (call.commit !== undefined) {
    const output = asText(result?.stdout) ?? resultText(content)
    batch.commits.push(...seenCommits(callId, output, call.commit, !failed, atMs))
  }
  if (failed) return
  if (call.path !== undefined) batch.fileChanges.push(fileChange(callId, call, content, result, atMs))
  const plan = call.tool.startsWith('Task') ? foldTask(state, call, content, result) : acceptedPlan(call, result)
  if (plan === undefined) return
  batch.entries.push({
    record: place.record,
    block: PLAN_BLOCK + index,
    recordId,
    atMs,
    type: 'plan',
    role: 'assistant',
    flags,
    plan,
  })
}

/** `tool_result`, or the answer of a tool that the provider ran itself: `web_search_tool_result` and the like. */
export function isResult(type: unknown): boolean {
  return type === 'tool_result' || (typeof type === 'string' && type.endsWith('_tool_result'))
}

/** What the provider ran and failed says so in its content: `{type: 'advisor_tool_result_error', error_code}`. */
export function hasFailed(block: Json): boolean {
  return block.is_error === true || asText(asObject(block.content)?.type)?.endsWith('_error') === true
}

/** `Exit code 3\n...` begins the text of a failed command from 2.0 on; a command that succeeds records no code. */
function exitCode(start: string, failed: boolean): number | undefined {
  if (!failed || !start.startsWith('Exit code ')) return undefined
  const code = /^Exit code (-?\d{1,10})(?:\D|$)/.exec(start.slice(0, 32))?.[1]
  return code === undefined ? undefined : Number(code)
}

/** Only subagents, searches and fetches record how long they took. */
function recordedDuration(result: Json | undefined): number | undefined {
  if (result === undefined) return undefined
  const seconds = asDuration(result.durationSeconds === undefined ? undefined : Number(result.durationSeconds) * 1000)
  return asDuration(result.totalDurationMs) ?? asDuration(result.durationMs) ?? seconds
}

/** The structured result of a record, usable when it can only belong to the one result in it. */
export function soleResult(record: Json, blocks: unknown[]): Json | undefined {
  const result = asObject(record.toolUseResult)
  if (result === undefined) return undefined
  let results = 0
  for (const block of blocks) if (asObject(block)?.type === 'tool_result') results++
  return results === 1 ? result : undefined
}
