import { ENTRY_FLAG } from '../../domain/entry.ts'
import { commitSubject, seenCommits } from '../commits.ts'
import type { RecordPlace } from '../line-parser.ts'
import { asObject, asText, FENCE } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../batch.ts'
import { addEntry } from './items.ts'
import { commandOutcome, toolOutcome } from './told.ts'
import { toldChanges } from './patches.ts'
import { pendingCall } from './state.ts'
import type { State } from './state.ts'
import type { Output } from './text.ts'
import { callKind, callSubject, commandOf } from './tools.ts'
import type { Call } from './tools.ts'

/** The result of a nested call stands beside it: what is known of both is told when it is done. */
export const NESTED_RESULT = 1

const FENCE_WITHIN = 400

/** A call that a program made, with how it ended. */
export interface NestedCall {
  id: string
  call: Call
  output: Output
  changes: unknown
}

/**
 * The call in an event that tells how one ended, where a program of the model made it: from 0.147 on the model writes a few lines of
 * JavaScript (`exec`), and what those call is told by events alone, under ids that begin with `exec-`. `undefined` for events of
 * calls that the model made itself.
 */
export function nestedCall(payload: Json): NestedCall | undefined {
  const item = payload.type === 'item_completed' ? (asObject(payload.item) ?? {}) : payload
  const id = asText(item.call_id) ?? asText(item.id)
  if (id === undefined || !id.startsWith('exec-')) return undefined
  switch (item.type) {
    case 'CommandExecution':
    case 'exec_command_end':
      return {
        id,
        call: { tool: 'exec_command', input: commandInput(item) },
        output: commandOutcome(item),
        changes: undefined,
      }
    case 'FileChange':
    case 'patch_apply_end': {
      const failed = item.success === false || (item.status !== undefined && item.status !== 'completed')
      const text = [item.stdout, item.stderr].filter((part) => typeof part === 'string').join('')
      return {
        id,
        call: { tool: 'apply_patch', input: { changes: item.changes } },
        output: { text, failed },
        changes: item.changes,
      }
    }
    case 'McpToolCall':
    case 'mcp_tool_call_end': {
      const made = asObject(item.invocation) ?? item
      const call = { tool: asText(made.tool) ?? 'unknown', server: asText(made.server), input: made.arguments }
      return { id, call, output: { ...toolOutcome(item), text: answerText(item.result) }, changes: undefined }
    }
    default:
      return undefined
  }
}

function commandInput({ command, cwd }: Json): Json {
  const directory = asText(cwd)?.replace(/^file:\/\/(?=\/)/, '')
  return directory === undefined ? { cmd: command } : { cmd: command, workdir: directory }
}

function answerText(result: unknown): string {
  const told = asObject(asObject(result)?.Ok) ?? asObject(result)
  const blocks = Array.isArray(told?.content) ? told.content : []
  return blocks.flatMap((block) => asText(asObject(block)?.text) ?? []).join('\n')
}

/** Adds a call that a program made. True where the event was about one. */
export function parseNested(state: State, payload: Json, place: RecordPlace, atMs: number, batch: Batch): boolean {
  const nested = nestedCall(payload)
  if (nested === undefined || pendingCall(state, nested.id) !== undefined) return false
  const { id, call, output } = nested
  const { exitCode, durationMs } = output
  const failed = output.failed ?? (exitCode !== undefined && exitCode !== 0)
  const flag = failed ? ENTRY_FLAG.failed : 0
  const startMs = atMs - (durationMs ?? 0)
  const changes = failed ? [] : toldChanges(nested.changes, state.cwd)
  const entry = addEntry(state, `call:${id}`, 'tool_call', 'assistant', place, startMs, batch)
  Object.assign(entry, { tool: call.tool, opens: id, flags: entry.flags | flag })
  const result = addEntry(state, `result:${id}`, 'tool_result', 'tool', place, atMs, batch, false)
  const injected = output.text.slice(0, FENCE_WITHIN).includes(FENCE) ? ENTRY_FLAG.injected : 0
  Object.assign(result, { block: NESTED_RESULT, closes: id, flags: result.flags | flag | injected })
  const { record } = place
  const { tool, server } = call
  batch.invocations.push({
    record,
    block: 0,
    callId: id,
    tool,
    server,
    kind: callKind(call),
    subject: callSubject(call, changes),
    atMs: startMs,
  })
  batch.results.push({ callId: id, record, atMs, failed, exitCode, durationMs })
  for (const change of changes) batch.fileChanges.push({ callId: id, ...change, atMs })
  const commit = commitSubject(commandOf(call) ?? '')
  if (commit !== undefined) batch.commits.push(...seenCommits(id, output.text, commit, !failed, atMs))
  return true
}
