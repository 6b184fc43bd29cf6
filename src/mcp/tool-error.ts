import type { CallToolResult } from '@modelcontextprotocol/server'
import { isAppError } from '../domain/errors.ts'
import { quotable } from '../domain/recorded-text.ts'
import type { CatalogueEntry } from '../operations/index.ts'
import type { Tool } from './tools.ts'

/**
 * An error as a tool's answer: code, sentence, what to try. Anything that is not ours is `internal`, and its text goes to the
 * log alone: it may hold what nobody should see.
 */
export function toolError(
  error: unknown,
  tools: ReadonlyMap<string, Tool>,
  catalogue: readonly CatalogueEntry[],
  log: (line: string) => void,
): CallToolResult {
  if (!isAppError(error)) {
    log(error instanceof Error ? (error.stack ?? String(error)) : String(error))
    return answer(
      'internal',
      'something in Daybook broke; nothing that was acknowledged is lost',
      [],
      'run: daybook doctor',
    )
  }
  const hint = error.hint === undefined ? undefined : toTry(error.hint, tools, catalogue)
  return answer(error.code, error.message, error.details, hint)
}

function answer(code: string, message: string, details: readonly string[], hint: string | undefined): CallToolResult {
  const said = { code, message: quotable(message), details: details.map(quotable), try: hint ?? null }
  const text = [
    `${code}: ${said.message}`,
    ...said.details.map((line) => `  ${line}`),
    ...(hint ? [`try: ${hint}`] : []),
  ]
  return {
    isError: true,
    content: [{ type: 'text', text: text.join('\n') }],
    structuredContent: { success: false, error: said },
  }
}

/** A command as the tool that does the same, beside the command for those who have a shell. */
function toTry(hint: string, tools: ReadonlyMap<string, Tool>, catalogue: readonly CatalogueEntry[]): string {
  if (!hint.startsWith('daybook ')) return hint
  const words = hint.split(' ').slice(1)
  const entry = catalogue
    .filter(({ path }) => path.length > 0 && path.every((word, place) => words[place] === word))
    .toSorted((a, b) => b.path.length - a.path.length)[0]
  const tool = [...tools.values()].find(({ operation }) => operation.name === entry?.name)
  return tool ? `the tool ${tool.name}, or run: ${hint}` : `run: ${hint}`
}
