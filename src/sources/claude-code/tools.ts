import { asObject, asText, oneLine } from '../record.ts'
import type { Json } from '../record.ts'
import { SUBJECT_LIMIT, toolSubject } from '../tool-table.ts'
import type { ToolTable } from '../tool-table.ts'

/** A tool's own name and its server: that of `mcp__<server>__<tool>`, or the one a call made by the provider names apart. */
export function toolName({ name, server_name: named }: Json): { tool: string; server?: string } {
  const full = asText(name) ?? 'unknown'
  const apart = oneLine(asText(named) ?? '', SUBJECT_LIMIT)
  if (apart !== '') return { tool: oneLine(full, SUBJECT_LIMIT) || 'unknown', server: apart }
  if (!full.startsWith('mcp__')) return { tool: oneLine(full, SUBJECT_LIMIT) || 'unknown' }
  const end = full.indexOf('__', 5)
  if (end <= 5 || end + 2 >= full.length) return { tool: oneLine(full, SUBJECT_LIMIT) }
  return { tool: oneLine(full.slice(end + 2), SUBJECT_LIMIT), server: oneLine(full.slice(5, end), SUBJECT_LIMIT) }
}

/** Tools of 1.0.128, 2.0.60 and 2.1.197 by what they do; the input fields that say what a call was about, best first. */
export const TOOLS: ToolTable = {
  tools: new Map([
    ['Bash', { kind: 'command', subject: ['command', 'description'] }],
    ['BashOutput', { kind: 'command', subject: ['bash_id'] }],
    ['KillBash', { kind: 'command', subject: ['shell_id'] }],
    ['KillShell', { kind: 'command', subject: ['shell_id'] }],
    ['Monitor', { kind: 'command', subject: ['command', 'description'] }],
    ['PowerShell', { kind: 'command', subject: ['command', 'description'] }],
    ['TaskOutput', { kind: 'command', subject: ['task_id'] }],
    ['TaskStop', { kind: 'command', subject: ['task_id', 'shell_id'] }],
    ['Read', { kind: 'read', subject: ['file_path'] }],
    ['NotebookRead', { kind: 'read', subject: ['notebook_path'] }],
    ['LS', { kind: 'read', subject: ['path'] }],
    ['Write', { kind: 'edit', subject: ['file_path'] }],
    ['Edit', { kind: 'edit', subject: ['file_path'] }],
    ['MultiEdit', { kind: 'edit', subject: ['file_path'] }],
    ['NotebookEdit', { kind: 'edit', subject: ['notebook_path'] }],
    ['Grep', { kind: 'search', subject: ['pattern', 'path'] }],
    ['Glob', { kind: 'search', subject: ['pattern', 'path'] }],
    ['LSP', { kind: 'search', subject: ['query', 'operation'] }],
    ['ToolSearch', { kind: 'search', subject: ['query'] }],
    ['WebSearch', { kind: 'web', subject: ['query'] }],
    ['WebFetch', { kind: 'web', subject: ['url'] }],
    ['Task', { kind: 'subagent', subject: ['description', 'prompt'] }],
    ['Agent', { kind: 'subagent', subject: ['description', 'prompt'] }],
    ['SendMessage', { kind: 'subagent', subject: ['summary', 'message', 'to'] }],
    ['TodoWrite', { kind: 'plan', subject: [] }],
    ['TodoRead', { kind: 'plan', subject: [] }],
    ['TaskCreate', { kind: 'plan', subject: ['subject'] }],
    ['TaskUpdate', { kind: 'plan', subject: [] }],
    ['TaskGet', { kind: 'plan', subject: ['taskId'] }],
    ['TaskList', { kind: 'plan', subject: [] }],
    ['EnterPlanMode', { kind: 'plan', subject: [] }],
    ['ExitPlanMode', { kind: 'plan', subject: ['plan'] }],
    ['Skill', { kind: 'other', subject: ['skill', 'command'] }],
    ['SlashCommand', { kind: 'other', subject: ['command'] }],
    ['AskUserQuestion', { kind: 'other', subject: ['question'] }],
    // Run by the provider in the middle of an answer (`server_tool_use`).
    ['advisor', { kind: 'other', subject: ['prompt'] }],
    ['bash_code_execution', { kind: 'command', subject: ['command'] }],
    ['code_execution', { kind: 'command', subject: ['code'] }],
    ['text_editor_code_execution', { kind: 'command', subject: ['command', 'path'] }],
    ['tool_search_tool_bm25', { kind: 'search', subject: ['query'] }],
    ['tool_search_tool_regex', { kind: 'search', subject: ['pattern', 'query'] }],
    ['web_fetch', { kind: 'web', subject: ['url'] }],
    ['web_search', { kind: 'web', subject: ['query'] }],
  ]),
  common: ['command', 'file_path', 'path', 'pattern', 'query', 'url', 'name', 'title', 'description', 'text', 'prompt'],
}

/** What a call was about, in one line of at most 200 characters; empty when its input does not say. */
export function callSubject(tool: string, server: string | undefined, input: Json | undefined): string {
  const subject = toolSubject(TOOLS, tool, server, input)
  if (subject !== '' || server !== undefined || input === undefined) return subject
  if (tool === 'TaskUpdate') {
    const change = asText(input.status) ?? asText(input.subject) ?? ''
    return oneLine(`#${asText(input.taskId) ?? '?'} ${change}`, SUBJECT_LIMIT)
  }
  const [question] = tool === 'AskUserQuestion' && Array.isArray(input.questions) ? input.questions : []
  return oneLine(asText(asObject(question)?.question) ?? '', SUBJECT_LIMIT)
}
