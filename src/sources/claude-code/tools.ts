import type { InvocationKind } from '../../domain/invocation.ts'
import { asObject, asText, oneLine } from '../record.ts'
import type { Json } from '../record.ts'

const SUBJECT_LIMIT = 200

/** A tool's own name and, for `mcp__<server>__<tool>`, its server. */
export function toolName(name: unknown): { tool: string; server?: string } {
  const full = asText(name) ?? 'unknown'
  if (!full.startsWith('mcp__')) return { tool: oneLine(full, SUBJECT_LIMIT) || 'unknown' }
  const end = full.indexOf('__', 5)
  if (end <= 5 || end + 2 >= full.length) return { tool: oneLine(full, SUBJECT_LIMIT) }
  return { tool: oneLine(full.slice(end + 2), SUBJECT_LIMIT), server: oneLine(full.slice(5, end), SUBJECT_LIMIT) }
}

/** Tools of 1.0.128, 2.0.60 and 2.1.197 by what they do; the input fields that say what a call was about, best first. */
const TOOLS = new Map<string, { kind: InvocationKind; subject: readonly string[] }>([
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
])

/** Fields of other tools' input that tend to say what a call was about. */
const COMMON = [
  'command',
  'file_path',
  'path',
  'pattern',
  'query',
  'url',
  'name',
  'title',
  'description',
  'text',
  'prompt',
]

/** What kind of work a tool does. */
export function toolKind(tool: string, server: string | undefined): InvocationKind {
  return server !== undefined ? 'mcp' : (TOOLS.get(tool)?.kind ?? 'other')
}

/** What a call was about, in one line of at most 200 characters; empty when its input does not say. */
export function toolSubject(tool: string, server: string | undefined, input: Json | undefined): string {
  if (input === undefined) return ''
  const known = server === undefined ? TOOLS.get(tool) : undefined
  for (const field of known?.subject ?? COMMON) {
    const text = asText(input[field])
    if (text !== undefined) return oneLine(text, SUBJECT_LIMIT)
  }
  if (tool === 'TaskUpdate')
    return oneLine(
      `#${asText(input.taskId) ?? '?'} ${asText(input.status) ?? asText(input.subject) ?? ''}`,
      SUBJECT_LIMIT,
    )
  if (tool === 'TodoWrite' && Array.isArray(input.todos))
    return `${input.todos.length} ${input.todos.length === 1 ? 'item' : 'items'}`
  if (tool === 'AskUserQuestion' && Array.isArray(input.questions)) {
    return oneLine(asText(asObject(input.questions[0])?.question) ?? '', SUBJECT_LIMIT)
  }
  return ''
}
