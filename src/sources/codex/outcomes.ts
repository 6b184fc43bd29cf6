import { seenCommits } from '../commits.ts'
import { asObject, asText } from '../record.ts'
import type { Batch } from '../batch.ts'
import type { Change } from './patches.ts'
import { pendingCall } from './state.ts'
import type { PendingCall, State } from './state.ts'
import { parseJson } from './text.ts'
import type { Output } from './text.ts'

/** The result of a call was read: how it ended, what it changed and committed, whom it started. */
export function answerCall(
  state: State,
  callId: string,
  output: Output,
  record: number,
  atMs: number,
  batch: Batch,
): boolean {
  const call = pendingCall(state, callId) ?? {}
  call.exitCode ??= output.exitCode
  call.durationMs ??= output.durationMs
  call.failed ??= output.failed ?? (call.exitCode === undefined ? undefined : call.exitCode !== 0)
  call.result = record
  pushResult(callId, call, atMs, batch)
  const failed = call.failed === true
  tellCommits(callId, call, output.text, atMs, batch)
  if (call.changes && !failed) pushChanges(callId, call, call.changes, atMs, batch)
  if (call.spawns) noteSubagent(state, callId, agentIn(output.text), batch)
  return failed
}

/** What an event tells of a call: before its result, which then says it too, or after it. */
export function tellOutcome(state: State, callId: string, told: Output, atMs: number, batch: Batch): void {
  const call = pendingCall(state, callId)
  if (call === undefined) return
  call.exitCode = told.exitCode ?? call.exitCode
  call.durationMs = told.durationMs ?? call.durationMs
  call.failed = told.failed ?? (told.exitCode === undefined ? call.failed : told.exitCode !== 0)
  if (call.result === undefined) return
  pushResult(callId, call, atMs, batch)
  tellCommits(callId, call, told.text, atMs, batch)
}

/** Once: a command that runs on in the background may show its commit only when it is done. */
function tellCommits(callId: string, call: PendingCall, text: string, atMs: number, batch: Batch): void {
  if (call.commit === undefined) return
  const commits = seenCommits(callId, text, call.commit, call.failed !== true, atMs)
  if (commits.length === 0) return
  batch.commits.push(...commits)
  delete call.commit
}

/** An event lists the changes that a patch made: better than the patch, and told once. */
export function tellChanges(state: State, callId: string, changes: Change[], atMs: number, batch: Batch): void {
  const call = pendingCall(state, callId)
  if (call?.changes && changes.length > 0) pushChanges(callId, call, changes, atMs, batch)
}

function pushChanges(callId: string, call: PendingCall, changes: Change[], atMs: number, batch: Batch): void {
  for (const change of changes) batch.fileChanges.push({ callId, ...change, atMs })
  delete call.changes
}

function pushResult(callId: string, call: PendingCall, atMs: number, batch: Batch): void {
  const { exitCode, durationMs, failed = false, result } = call
  batch.results.push({ callId, record: result!, atMs, failed, exitCode, durationMs })
}

/** `{"agent_id": ..., "nickname": ...}` is what spawn_agent answers. */
function agentIn(text: string): string | undefined {
  const answer = asObject(text.startsWith('{') ? parseJson(text) : undefined)
  return asText(answer?.agent_id) ?? asText(answer?.thread_id)
}

/** A call started a subagent: its answer says so, and an event may have said it before. */
export function noteSubagent(state: State, callId: string | undefined, thread: string | undefined, batch: Batch): void {
  const call = callId === undefined ? undefined : pendingCall(state, callId)
  if (callId === undefined || thread === undefined || !call?.spawns) return
  delete call.spawns
  batch.facts.subagents ??= []
  batch.facts.subagents.push({ externalId: thread, callId })
}
