import type { PlanItem } from '../../domain/entry.ts'
import { asObject, asText, oneLine, type Json } from '../record.ts'
import { SUBJECT_LIMIT } from '../tool-table.ts'
import type { ToolTable } from '../tool-table.ts'

const ITEMS = 200
const ITEM_LIMIT = 500

/** OpenCode's own tools (1.0 to 2.0) by what they do; the input fields that say what a call was about, best first. */
export const TOOLS: ToolTable = {
  tools: new Map([
    ['bash', { kind: 'command', subject: ['command', 'description'] }],
    ['shell', { kind: 'command', subject: ['command', 'description'] }],
    ['read', { kind: 'read', subject: ['filePath', 'path'] }],
    ['list', { kind: 'read', subject: ['path'] }],
    ['write', { kind: 'edit', subject: ['filePath', 'path'] }],
    ['edit', { kind: 'edit', subject: ['filePath', 'path'] }],
    ['multiedit', { kind: 'edit', subject: ['filePath'] }],
    ['patch', { kind: 'edit', subject: ['patchText'] }],
    ['apply_patch', { kind: 'edit', subject: ['patchText'] }],
    ['grep', { kind: 'search', subject: ['pattern', 'path'] }],
    ['glob', { kind: 'search', subject: ['pattern', 'path'] }],
    ['codesearch', { kind: 'search', subject: ['query'] }],
    ['lsp', { kind: 'search', subject: ['operation', 'filePath'] }],
    ['lsp_hover', { kind: 'search', subject: ['file'] }],
    ['lsp_diagnostics', { kind: 'search', subject: ['path'] }],
    ['webfetch', { kind: 'web', subject: ['url'] }],
    ['websearch', { kind: 'web', subject: ['query'] }],
    ['task', { kind: 'subagent', subject: ['description', 'prompt'] }],
    ['subagent', { kind: 'subagent', subject: ['description', 'prompt'] }],
    ['execute', { kind: 'other', subject: ['code'] }],
    ['todowrite', { kind: 'plan', subject: [] }],
    ['todoread', { kind: 'plan', subject: [] }],
    ['plan_enter', { kind: 'plan', subject: [] }],
    ['plan_exit', { kind: 'plan', subject: [] }],
    ['skill', { kind: 'other', subject: ['name'] }],
    ['question', { kind: 'other', subject: [] }],
    ['batch', { kind: 'other', subject: [] }],
    ['invalid', { kind: 'other', subject: ['tool', 'error'] }],
  ]),
  common: ['command', 'filePath', 'path', 'pattern', 'query', 'url', 'name', 'title', 'description', 'text', 'prompt'],
}

/**
 * A tool's name and, for `<server>_<tool>`, its server.
 *
 * OpenCode joins the two with a mark that either may hold itself, and does not record which servers there were: what is no
 * tool of its own is taken for a server's, the server ending at the first mark. A tool that a project defines in a file
 * looks the same.
 */
export function toolName(name: unknown): { tool: string; server?: string } {
  const full = oneLine(asText(name) ?? 'unknown', SUBJECT_LIMIT) || 'unknown'
  const end = TOOLS.tools.has(full) ? -1 : full.indexOf('_')
  if (end <= 0 || end === full.length - 1) return { tool: full }
  return { tool: full.slice(end + 1), server: full.slice(0, end) }
}

/** The list that a `todowrite` call states whole; `undefined` for other tools. */
export function statedPlan(tool: string, server: string | undefined, input: Json | undefined): PlanItem[] | undefined {
  if (tool !== 'todowrite' || server !== undefined || !Array.isArray(input?.todos)) return undefined
  const items: PlanItem[] = []
  for (const todo of input.todos.slice(0, ITEMS)) {
    const text = asText(asObject(todo)?.content)
    if (text !== undefined) items.push({ text: oneLine(text, ITEM_LIMIT), status: planStatus(asObject(todo)?.status) })
  }
  return items
}

function planStatus(status: unknown): PlanItem['status'] {
  return status === 'in_progress' || status === 'completed' || status === 'cancelled' ? status : 'pending'
}
