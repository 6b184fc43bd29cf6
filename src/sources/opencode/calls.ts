import { join } from 'node:path'
import { ENTRY_FLAG } from '../../domain/entry.ts'
import { commitSubject, seenCommits } from '../commits.ts'
import { asDuration, asObject, asText, FENCE, type Json } from '../record.ts'
import { toolKind, toolSubject } from '../tool-table.ts'
import type { Batch, EntryDraft } from '../batch.ts'
import { changedFiles } from './files.ts'
import type { State } from './state.ts'
import { exitCode, hasEnded, hasFailed, resultText } from './text.ts'
import { statedPlan, toolName, TOOLS } from './tools.ts'

/** Blocks of a tool part: the call, its result, the plan that it states. */
export const CALL_BLOCK = 0
export const RESULT_BLOCK = 1
export const PLAN_BLOCK = 2

const FENCE_WITHIN = 400

/** A call's own id, or one made from its part. */
export function callId(data: Json, recordId: string): string {
  return asText(data.callID) ?? recordId
}

/** A tool part: a call, once it has ended its result, and what that tells of files, commits, plans and subagents. */
export function parseCall(
  state: State,
  data: Json,
  entry: Pick<EntryDraft, 'record' | 'recordId' | 'flags'>,
  times: { startMs: number; endMs: number },
  batch: Batch,
): void {
  const call = asObject(data.state) ?? {}
  const input = asObject(call.input)
  const { tool, server } = toolName(data.tool)
  const id = callId(data, entry.recordId)
  const { record, flags } = entry
  const failed = hasEnded(call) && hasFailed(data.tool, call)
  const failedFlag = failed ? ENTRY_FLAG.failed : 0
  const atMs = times.startMs
  batch.entries.push({
    ...entry,
    block: CALL_BLOCK,
    atMs,
    type: 'tool_call',
    role: 'assistant',
    flags: flags | failedFlag,
    tool,
    opens: id,
    closes: state.prompted ? 'prompt' : undefined,
  })
  state.prompted = false
  const kind = toolKind(TOOLS, tool, server)
  const subject = toolSubject(TOOLS, tool, server, input)
  batch.invocations.push({ record, block: CALL_BLOCK, callId: id, tool, server, kind, subject, atMs })
  const plan = statedPlan(tool, server, input)
  if (plan) batch.entries.push({ ...entry, block: PLAN_BLOCK, atMs, type: 'plan', role: 'assistant', plan })
  noteSubagent(call, id, batch)
  if (!hasEnded(call)) return

  const output = resultText(call)
  const injected = output.slice(0, FENCE_WITHIN).includes(FENCE) ? ENTRY_FLAG.injected : 0
  batch.entries.push({
    ...entry,
    block: RESULT_BLOCK,
    atMs: times.endMs,
    type: 'tool_result',
    role: 'tool',
    flags: flags | failedFlag | injected,
    closes: id,
  })
  const durationMs = asDuration(times.endMs - times.startMs)
  batch.results.push({ callId: id, record, atMs: times.endMs, failed, exitCode: exitCode(call), durationMs })
  const commit = kind === 'command' ? commitSubject(asText(input?.command) ?? '') : undefined
  if (commit !== undefined) batch.commits.push(...seenCommits(id, output, commit, !failed, times.endMs))
  if (!failed && server === undefined) batch.fileChanges.push(...changedFiles(tool, id, call, state.cwd, times.endMs))
  noteSpilled(state, call, batch)
}

/** A `task` call names the session of the subagent that it started. */
function noteSubagent(call: Json, id: string, batch: Batch): void {
  const metadata = asObject(call.metadata)
  const externalId = asText(metadata?.sessionId) ?? asText(metadata?.sessionID)
  if (externalId !== undefined) (batch.facts.subagents ??= []).push({ externalId, callId: id })
}

/** Output that was too long lies in a file of OpenCode's own: only its name is taken from the record, never a path. */
function noteSpilled({ dataFolder }: State, call: Json, batch: Batch): void {
  const path = asText(asObject(call.metadata)?.outputPath)
  const name = path && /[\\/]tool-output[\\/](tool_[A-Za-z0-9]{1,80})$/.exec(path)?.[1]
  if (!name) return
  const relativePath = `tool-output/${name}`
  ;(batch.attachments ??= []).push({ path: join(dataFolder, 'tool-output', name), relativePath })
}
