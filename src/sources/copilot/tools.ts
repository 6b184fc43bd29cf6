import type { InvocationKind } from '../../domain/invocation.ts'
import { asObject, asText, oneLine } from '../record.ts'
import type { Json } from '../record.ts'
import { SUBJECT_LIMIT, toolKind } from '../tool-table.ts'
import type { ToolTable } from '../tool-table.ts'
import { planStatements } from './todos.ts'

/**
 * A tool's own name and its server. A request names the server in `mcpServerName` and the tool in `mcpToolName` or, with
 * the server before it, in `name`: `probe-probe_note`.
 */
export function toolName(call: Json): { tool: string; server?: string } {
  const full = oneLine(asText(call.name) ?? asText(call.toolName) ?? '', SUBJECT_LIMIT) || 'unknown'
  const server = oneLine(asText(call.mcpServerName) ?? '', SUBJECT_LIMIT)
  if (server === '') return { tool: full }
  const own = oneLine(asText(call.mcpToolName) ?? '', SUBJECT_LIMIT)
  if (own !== '') return { tool: own, server }
  const prefix = `${server}-`
  return { tool: full.startsWith(prefix) && full.length > prefix.length ? full.slice(prefix.length) : full, server }
}

/** The arguments of a call: an object, or, in some copies, its JSON. */
export function callInput(call: Json): Json | undefined {
  const input = call.arguments
  if (typeof input !== 'string' || !input.startsWith('{')) return asObject(input)
  try {
    return asObject(JSON.parse(input))
  } catch {
    return undefined
  }
}

/** Tools of 0.0.3xx to 1.0.102 by what they do; the fields that say what a call was about, best first. */
export const TOOLS: ToolTable = {
  tools: new Map([
    ['bash', { kind: 'command', subject: ['command', 'description'] }],
    ['powershell', { kind: 'command', subject: ['command', 'description'] }],
    ['shell', { kind: 'command', subject: ['command', 'description'] }],
    ['local_shell', { kind: 'command', subject: ['command', 'description'] }],
    ['read_bash', { kind: 'command', subject: ['shellId', 'sessionId'] }],
    ['write_bash', { kind: 'command', subject: ['input', 'shellId', 'sessionId'] }],
    ['stop_bash', { kind: 'command', subject: ['shellId', 'sessionId'] }],
    ['list_bash', { kind: 'command', subject: [] }],
    ['read_powershell', { kind: 'command', subject: ['shellId', 'sessionId'] }],
    ['write_powershell', { kind: 'command', subject: ['input', 'shellId', 'sessionId'] }],
    ['stop_powershell', { kind: 'command', subject: ['shellId', 'sessionId'] }],
    ['view', { kind: 'read', subject: ['path'] }],
    ['create', { kind: 'edit', subject: ['path'] }],
    ['edit', { kind: 'edit', subject: ['path'] }],
    ['str_replace', { kind: 'edit', subject: ['path'] }],
    ['str_replace_editor', { kind: 'edit', subject: ['path'] }],
    ['apply_patch', { kind: 'edit', subject: ['path'] }],
    ['grep', { kind: 'search', subject: ['pattern', 'path'] }],
    ['rg', { kind: 'search', subject: ['pattern', 'path'] }],
    ['glob', { kind: 'search', subject: ['pattern', 'path'] }],
    ['tool_search', { kind: 'search', subject: ['query'] }],
    ['web_search', { kind: 'web', subject: ['query'] }],
    ['web_fetch', { kind: 'web', subject: ['url'] }],
    ['task', { kind: 'subagent', subject: ['description', 'prompt'] }],
    ['read_agent', { kind: 'subagent', subject: ['agent_id'] }],
    ['list_agents', { kind: 'subagent', subject: [] }],
    ['sql', { kind: 'plan', subject: ['description', 'query'] }],
    ['update_todo', { kind: 'plan', subject: [] }],
    ['exit_plan_mode', { kind: 'plan', subject: ['summary'] }],
    ['report_intent', { kind: 'other', subject: ['intent'] }],
    ['skill', { kind: 'other', subject: ['skill', 'name'] }],
    ['ask_user', { kind: 'other', subject: ['question'] }],
    ['store_memory', { kind: 'other', subject: ['subject', 'fact'] }],
    ['task_complete', { kind: 'other', subject: ['summary'] }],
  ]),
  common: ['command', 'path', 'pattern', 'query', 'url', 'name', 'title', 'description', 'text', 'prompt'],
}

/** What kind of work a call does: SQL is a plan where it writes one, and one editor also views. */
export function callKind(tool: string, server: string | undefined, input: Json | undefined): InvocationKind {
  if (server === undefined && tool === 'sql' && planStatements(tool, input) === undefined) return 'other'
  if (server === undefined && tool === 'str_replace_editor' && input?.command === 'view') return 'read'
  return toolKind(TOOLS, tool, server)
}
