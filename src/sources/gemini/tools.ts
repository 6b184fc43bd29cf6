import { asText, oneLine } from '../record.ts'
import type { Json } from '../record.ts'
import { SUBJECT_LIMIT } from '../tool-table.ts'
import type { ToolTable } from '../tool-table.ts'

/**
 * A tool's own name and, for one of an MCP server, the server's.
 *
 * 0.61 writes `mcp_<server>_<tool>`, 0.20 the bare name; either beside `displayName: "<tool> (<server> MCP Server)"`, which
 * tells the two apart where they hold underscores themselves.
 */
export function toolName(call: Json): { tool: string; server?: string } {
  const full = oneLine(asText(call.name) ?? '', SUBJECT_LIMIT) || 'unknown'
  const shown = /^(.{1,200}) \((.{1,200}) MCP Server\)$/.exec(asText(call.displayName) ?? '')
  if (shown && full.endsWith(shown[1]!))
    return { tool: oneLine(shown[1]!, SUBJECT_LIMIT), server: oneLine(shown[2]!, SUBJECT_LIMIT) }
  const named = /^mcp_([^_]+)_(.+)$/.exec(full)
  return named ? { tool: named[2]!, server: named[1]! } : { tool: full }
}

/** Tools of 0.1 to 0.61 by what they do; the arguments that say what a call was about, best first. */
export const TOOLS: ToolTable = {
  tools: new Map([
    ['run_shell_command', { kind: 'command', subject: ['command', 'description'] }],
    ['read_background_output', { kind: 'command', subject: ['pid'] }],
    ['list_background_processes', { kind: 'command', subject: [] }],
    ['read_file', { kind: 'read', subject: ['file_path', 'absolute_path', 'path'] }],
    ['read_many_files', { kind: 'read', subject: ['include', 'paths'] }],
    ['list_directory', { kind: 'read', subject: ['dir_path', 'path'] }],
    ['write_file', { kind: 'edit', subject: ['file_path'] }],
    ['replace', { kind: 'edit', subject: ['file_path'] }],
    ['edit_file', { kind: 'edit', subject: ['file_path'] }],
    ['glob', { kind: 'search', subject: ['pattern', 'dir_path', 'path'] }],
    ['grep_search', { kind: 'search', subject: ['pattern', 'dir_path', 'path'] }],
    ['search_file_content', { kind: 'search', subject: ['pattern', 'dir_path', 'path'] }],
    ['google_web_search', { kind: 'web', subject: ['query'] }],
    ['web_fetch', { kind: 'web', subject: ['url', 'prompt'] }],
    ['invoke_agent', { kind: 'subagent', subject: ['agent_name', 'prompt'] }],
    ['delegate_to_agent', { kind: 'subagent', subject: ['agent_name', 'objective'] }],
    ['codebase_investigator', { kind: 'subagent', subject: ['objective'] }],
    ['write_todos', { kind: 'plan', subject: [] }],
    ['enter_plan_mode', { kind: 'plan', subject: ['reason'] }],
    ['exit_plan_mode', { kind: 'plan', subject: ['plan_path', 'plan_filename'] }],
  ]),
  common: ['command', 'file_path', 'path', 'pattern', 'query', 'url', 'name', 'title', 'description', 'text', 'fact'],
}

const EDITORS = new Set(['write_file', 'replace', 'edit_file'])

/** The file that a call wants to change, as its arguments name it; `undefined` for calls that change none. */
export function editedPath(tool: string, server: string | undefined, args: Json | undefined): string | undefined {
  return server === undefined && EDITORS.has(tool) ? asText(args?.file_path) : undefined
}
