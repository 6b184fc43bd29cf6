import { ENTRY_FLAG } from '../../domain/entry.ts'
import type { PlanItem } from '../../domain/entry.ts'
import { seenCommits } from '../commits.ts'
import { addProblem, asObject, asText, countUnknown, FENCE, storable } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../batch.ts'
import type { Event } from './event.ts'
import { fileChanges } from './files.ts'
import { pendingCall } from './state.ts'
import type { PendingCall, State } from './state.ts'
import { foldTodos } from './todos.ts'

export const RESULT_BLOCK = 0
/** A plan stands beside the result that changed it. */
export const PLAN_BLOCK = 1

/** Our fence counts only where an answer begins with it: an agent that reads a file about it is not told its own past. */
const FENCE_WITHIN = 400

/** `tool.execution_complete`: an entry, the outcome of its call, and what the result tells of files, commits and the plan. */
export function parseComplete(state: State, event: Event, batch: Batch): void {
  const { data } = event
  const outcome = toolOutcome(data)
  const call = addResult(state, event, RESULT_BLOCK, asText(data.toolCallId), outcome, data, batch)
  if (call?.sql !== undefined && !outcome.failed) foldPlan(state, event, call.sql, batch)
}

/** The entry of a result, how its call ended, its commits and its changed files. Returns the call, where the result names one. */
export function addResult(
  state: State,
  event: Event,
  block: number,
  callId: string | undefined,
  { failed, exitCode, text }: Outcome,
  data: Json,
  batch: Batch,
): PendingCall | undefined {
  const { record, recordId, atMs } = event
  let flags = event.flags
  if (failed) flags |= ENTRY_FLAG.failed
  if (text.slice(0, FENCE_WITHIN).includes(FENCE)) flags |= ENTRY_FLAG.injected
  batch.entries.push({
    record,
    block,
    recordId,
    atMs,
    type: 'tool_result',
    role: 'tool',
    flags,
    closes: callId,
  })
  if (callId === undefined) {
    addProblem(batch, event.line, 'a tool result does not name its call')
    return undefined
  }
  const call = pendingCall(state, callId)
  delete state.calls[callId]
  batch.results.push({ callId, record, atMs, failed, exitCode, durationMs: runningTime(call, atMs) })
  if (call?.commit !== undefined) batch.commits.push(...seenCommits(callId, text, call.commit, !failed, atMs))
  if (!failed) batch.fileChanges.push(...fileChanges(callId, call, data, state.cwd, atMs))
  return call
}

/** How a call ended, and what it gave. */
export interface Outcome {
  failed: boolean
  exitCode?: number
  text: string
}

function foldPlan(state: State, { record, recordId, atMs, flags }: Event, sql: string, batch: Batch): void {
  const { after, misread } = foldTodos({ items: state.todos, dependencies: state.todoDependencies }, sql)
  for (const verb of misread) countUnknown(batch, 'sql:todos.', verb)
  if (after === undefined) return
  state.todos = after.items
  state.todoDependencies = after.dependencies
  const plan = after.items.map(({ text, status }): PlanItem => ({ text, status }))
  batch.entries.push({ record, block: PLAN_BLOCK, recordId, atMs, type: 'plan', role: 'assistant', flags, plan })
}

/** From `tool.execution_start` on, with the hooks around the call and any wait for a person's leave. */
function runningTime(call: PendingCall | undefined, atMs: number): number | undefined {
  return call?.startedAtMs === undefined ? undefined : Math.max(0, atMs - call.startedAtMs)
}

/**
 * How a call ended, from its result alone. `success` means that the tool ran: a command that ran and exited with 3 has
 * `success: true`, and failed all the same.
 */
export function toolOutcome(data: Json): Outcome {
  const result = asObject(data.result)
  const content = typeof result?.content === 'string' ? result.content : undefined
  const text = content === undefined ? (asText(asObject(data.error)?.message) ?? '') : withoutGuidance(content)
  const exitCode = recordedExit(data, result) ?? printedExit(data, text)
  const failed = data.success === false || (exitCode !== undefined && exitCode !== 0)
  return { failed, exitCode, text: storable(text) }
}

/** Text that hooks added behind a result: theirs, not the tool's. Seen in 1.0.102. */
function withoutGuidance(text: string): string {
  const mark = text.lastIndexOf(' Additional guidance from post')
  if (mark < 0) return text
  const from = text.lastIndexOf('\n\nTool "', mark)
  return from >= 0 && mark - from < 300 ? text.slice(0, from) : text
}

/** `shellExecution` (1.0.102), or a block of the result (1.0.8x, told). */
function recordedExit(data: Json, result: Json | undefined): number | undefined {
  const codes: unknown[] = [asObject(data.shellExecution)?.exitCode]
  if (Array.isArray(result?.contents))
    for (const block of result.contents.slice(0, 50)) codes.push(asObject(block)?.exitCode)
  return codes.find((code): code is number => typeof code === 'number' && Number.isSafeInteger(code))
}

/**
 * `<exited with exit code 0>` ends what a shell printed (1.0.12, 1.0.34). Only shells say in which mode they executed; in
 * subagents of 1.0.12 no tool says anything beside its result.
 */
function printedExit(data: Json, text: string): number | undefined {
  const telemetry = asObject(data.toolTelemetry)
  const isShell = telemetry === undefined || asObject(telemetry.properties)?.executionMode !== undefined
  return isShell ? exitCodeIn(text) : undefined
}

/** The code in the last line of what a shell printed. */
export function exitCodeIn(text: string): number | undefined {
  const code = /<(?:shellId: [\w-]{1,80} completed|exited) with exit code (-?\d{1,10})>\s*$/.exec(text.slice(-200))?.[1]
  return code === undefined ? undefined : Number(code)
}
