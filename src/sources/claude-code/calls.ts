import type { Batch, EntryDraft } from '../batch.ts'
import { commitSubject } from '../commits.ts'
import { editedPath } from './files.ts'
import { PLAN_BLOCK, proposal, statedPlan, taskCall } from './plans.ts'
import { asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'
import { toolKind } from '../tool-table.ts'
import { rememberCall } from './state.ts'
import type { State } from './state.ts'
import { callSubject, toolName, TOOLS } from './tools.ts'

/** A tool-use id, or one made from the record for a call that lost its own. */
export function callId(block: Json, recordId: string, index: number): string {
  return asText(block.id) ?? `${recordId}:${index}`
}

/** A call: `tool_use`, or one that the provider runs itself in the middle of an answer. */
export function isCall(type: unknown): boolean {
  return type === 'tool_use' || type === 'server_tool_use' || type === 'mcp_tool_use'
}

/** A block that is a call, whose entry is already in the batch: the invocation, and the plan it may state. */
export function parseCall(state: State, entry: EntryDraft, block: Json, flags: number, batch: Batch): void {
  const id = callId(block, entry.recordId, entry.block)
  const { tool, server } = toolName(block)
  const input = asObject(block.input)
  entry.tool = tool
  entry.opens = id
  batch.invocations.push({
    record: entry.record,
    block: entry.block,
    callId: id,
    tool,
    server,
    kind: toolKind(TOOLS, tool, server),
    subject: callSubject(tool, server, input),
    atMs: entry.atMs,
  })
  if (server !== undefined) return
  const path = editedPath(tool, input)
  const commit = tool === 'Bash' || tool === 'PowerShell' ? commitSubject(asText(input?.command) ?? '') : undefined
  const planning = taskCall(tool, input) ?? proposal(tool, input)
  if (planning) rememberCall(state, id, planning)
  else if (path !== undefined) rememberCall(state, id, { tool, path })
  else if (commit !== undefined) rememberCall(state, id, { tool, commit })
  const plan = statedPlan(tool, input)
  if (plan === undefined) return
  batch.entries.push({
    record: entry.record,
    block: PLAN_BLOCK + entry.block,
    recordId: entry.recordId,
    atMs: entry.atMs,
    type: 'plan',
    role: 'assistant',
    flags,
    plan,
  })
}
