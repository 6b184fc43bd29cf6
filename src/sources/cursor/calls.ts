import { asDuration, asObject, asText, oneLine, type Json } from '../record.ts'
import { SUBJECT_LIMIT, type ToolTable } from '../tool-table.ts'
import type { CursorRecord } from './record.ts'

export const CALL_BLOCK = 0
export const RESULT_BLOCK = 1

/** A call as one event tells it. */
export interface CursorCall {
  callId: string
  tool: string
  mcp: boolean
  input: unknown
}

/** How a call went, as one event tells it. */
export interface CursorResult {
  text: string
  failed: boolean
  exitCode?: number
  durationMs?: number
}

/** The call that an event is about; undefined where it is about none, or names none that another event could name again. */
export function callOf({ event, said, id }: CursorRecord): CursorCall | undefined {
  switch (event) {
    case 'preToolUse':
    case 'postToolUse':
    case 'postToolUseFailure':
      return toolCall(said, event === 'preToolUse' ? undefined : id)
    case 'afterShellExecution':
      return { callId: id, tool: 'Shell', mcp: false, input: { command: said.command } }
    case 'afterMCPExecution':
      return { callId: id, tool: toolName(said), mcp: true, input: inputOf(said) }
    case 'afterFileEdit':
      return { callId: id, tool: 'Edit', mcp: false, input: { file_path: said.file_path } }
    default:
      return undefined
  }
}

function toolCall(said: Json, standIn: string | undefined): CursorCall | undefined {
  const callId = asText(said.tool_use_id) ?? standIn
  if (callId === undefined) return undefined
  return {
    callId,
    tool: toolName(said),
    mcp: asText(said.tool_name)?.startsWith('MCP:') === true,
    input: inputOf(said),
  }
}

/** A server's tool is called `MCP:<tool>`; the server is not named. */
function toolName({ tool_name: name }: Json): string {
  return oneLine((asText(name) ?? '').replace(/^MCP:/, ''), SUBJECT_LIMIT) || 'unknown'
}

/** MCP calls give their input as the text of its JSON. */
function inputOf({ tool_input: input }: Json): unknown {
  return typeof input === 'string' ? (parsed(input) ?? input) : input
}

/** How the call went; undefined for events that come before it has. */
export function resultOf({ event, said }: CursorRecord): CursorResult | undefined {
  const durationMs = asDuration(said.duration)
  const took = durationMs === undefined ? {} : { durationMs }
  switch (event) {
    case 'postToolUse':
      return { ...outcome(said.tool_output), ...took }
    case 'postToolUseFailure':
      return { text: asText(said.error_message) ?? asText(said.error) ?? '', failed: true, ...took }
    case 'afterShellExecution':
      return { ...outcome(said.output), ...took }
    case 'afterMCPExecution':
      return { ...outcome(said.result_json), ...took }
    default:
      return undefined
  }
}

/** What a tool gave back is text, often that of an object; one of a command has `exitCode`. */
function outcome(output: unknown): Pick<CursorResult, 'text' | 'failed' | 'exitCode'> {
  const text = asText(output) ?? (asObject(output) ? JSON.stringify(output) : '')
  const object = asObject(output) ?? parsed(text)
  const exitCode = object?.exitCode
  if (!object || !Number.isSafeInteger(exitCode)) return { text, failed: object?.isError === true }
  const streams = [object.stdout, object.stderr, object.output].map(asText).filter((one) => one !== undefined)
  return { text: streams.join('\n') || text, failed: exitCode !== 0, exitCode: exitCode as number }
}

function parsed(text: string): Json | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return asObject(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Tools of Cursor 2 and 3 by what they do. */
export const TOOLS: ToolTable = {
  tools: new Map([
    ['Shell', { kind: 'command', subject: ['command'] }],
    ['Read', { kind: 'read', subject: ['path', 'file_path', 'target_file'] }],
    ['LS', { kind: 'read', subject: ['path', 'target_directory'] }],
    ['Write', { kind: 'edit', subject: ['path', 'file_path', 'target_file'] }],
    ['Edit', { kind: 'edit', subject: ['path', 'file_path', 'target_file'] }],
    ['StrReplace', { kind: 'edit', subject: ['path', 'file_path', 'target_file'] }],
    ['MultiEdit', { kind: 'edit', subject: ['path', 'file_path', 'target_file'] }],
    ['EditNotebook', { kind: 'edit', subject: ['target_notebook', 'path'] }],
    ['Delete', { kind: 'edit', subject: ['path', 'file_path', 'target_file'] }],
    ['Grep', { kind: 'search', subject: ['pattern', 'path'] }],
    ['Glob', { kind: 'search', subject: ['glob_pattern', 'pattern'] }],
    ['SemanticSearch', { kind: 'search', subject: ['query'] }],
    ['WebSearch', { kind: 'web', subject: ['search_term', 'query'] }],
    ['WebFetch', { kind: 'web', subject: ['url'] }],
    ['Task', { kind: 'subagent', subject: ['description', 'prompt'] }],
    ['TodoWrite', { kind: 'plan', subject: [] }],
  ]),
  common: ['command', 'path', 'file_path', 'pattern', 'query', 'url', 'name', 'title', 'description', 'text'],
}

/** The file that a call names. */
export function pathOf(input: unknown): string | undefined {
  const fields = asObject(input)
  return asText(fields?.file_path) ?? asText(fields?.path) ?? asText(fields?.target_file)
}
