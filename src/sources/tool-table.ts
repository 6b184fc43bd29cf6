import type { InvocationKind } from '../domain/invocation.ts'
import { asText, oneLine } from './record.ts'
import type { Json } from './record.ts'

/** The length of a tool's name, a server's name and a call's subject. */
export const SUBJECT_LIMIT = 200

/** An agent's own tools by what they do, each with the input fields that say what a call was about, best first. */
export interface ToolTable {
  tools: ReadonlyMap<string, { kind: InvocationKind; subject: readonly string[] }>
  /** Fields of other tools' input that tend to say what a call was about. */
  common: readonly string[]
}

/** What kind of work a tool does; a tool of a server is `mcp`, one that the table does not know `other`. */
export function toolKind({ tools }: ToolTable, tool: string, server: string | undefined): InvocationKind {
  return server !== undefined ? 'mcp' : (tools.get(tool)?.kind ?? 'other')
}

/** What a call was about, in one line of at most 200 characters; empty when its input does not say. */
export function toolSubject(
  { tools, common }: ToolTable,
  tool: string,
  server: string | undefined,
  input: Json | undefined,
): string {
  if (input === undefined) return ''
  const known = server === undefined ? tools.get(tool) : undefined
  for (const field of known?.subject ?? common) {
    const text = fieldText(input[field])
    if (text !== undefined) return oneLine(text, SUBJECT_LIMIT)
  }
  const todos = known?.kind === 'plan' ? input.todos : undefined
  return Array.isArray(todos) ? `${todos.length} ${todos.length === 1 ? 'item' : 'items'}` : ''
}

/** A text that is not blank, or the texts of a list one after another: several paths, several patterns. */
function fieldText(value: unknown): string | undefined {
  const text = Array.isArray(value) ? value.filter((item) => typeof item === 'string').join(' ') : value
  return typeof text === 'string' && text.trim() !== '' ? asText(text) : undefined
}
