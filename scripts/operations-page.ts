// Writes docs/operations.md from the catalogue: node scripts/operations-page.ts
import { writeFileSync } from 'node:fs'
import { catalogueTypes } from './catalogue-types.ts'
import { OPERATIONS, catalogue } from '../src/operations/index.ts'
import { type InputField, allowed, inputFields } from '../src/operations/input.ts'
import type { Operation } from '../src/operations/operation.ts'
import { type ToolShape, toolShapes } from '../src/operations/tool.ts'

const PAGE = new URL('../docs/operations.md', import.meta.url)

/** The page's text: every operation with its command, input, errors and examples. */
export async function operationsPage(): Promise<string> {
  const operations = await catalogue()
  const sections = await Promise.all(OPERATIONS.map(async ({ path }, index) => section(path, operations[index]!)))
  return `${[HEAD, ...sections].join('\n\n')}\n`
}

const HEAD = `# Operations

Everything a caller can do, made from the catalogue in \`src/operations/\` by \`scripts/operations-page.ts\`. Each command takes
\`--json\` and \`--help\`; tools are served by \`daybook mcp\` ([tools](mcp.md)). Lists answer \`{items, total, nextCursor}\`; give
\`nextCursor\` back as \`cursor\` for the next page. What is not known is \`null\`, with a reason beside it where one would be asked
for. A session is named by its key, ref, number, id, the agent's own id, or the first letters of one of them.`

async function section(path: readonly string[], operation: Operation): Promise<string> {
  const fields = inputFields(operation.input)
  const parts = [`## ${operation.name}`, operation.summary]
  const doors = [
    ...(path.length > 0 ? [usage(path, operation, fields)] : []),
    ...(await toolShapes(operation)).map(toolOf),
  ]
  if (doors.length > 0) parts.push(doors.map((door) => `\`${door}\``).join(', '))
  if (fields.length > 0) parts.push(table(fields))
  const facts = [`Effect: ${operation.effect}.`]
  if (operation.errors.length > 0) facts.push(`Errors: ${operation.errors.map((code) => `\`${code}\``).join(', ')}.`)
  parts.push(facts.join(' '))
  const examples = (operation.cli?.examples ?? []).map(({ command, says }) => `${command}    # ${says}`)
  if (examples.length > 0) parts.push(`\`\`\`sh\n${examples.join('\n')}\n\`\`\``)
  return parts.join('\n\n')
}

function toolOf({ name, toolset }: ToolShape): string {
  return `tool ${name} (${toolset})`
}

function usage(path: readonly string[], { cli, effect }: Operation, fields: readonly InputField[]): string {
  const words = (cli?.args ?? []).map((arg) => {
    const name = arg.replace(/\.\.\.$/, '')
    const shown = name.toUpperCase() + (arg === name ? '' : '...')
    return fields.find((field) => field.name === name)?.required ? shown : `[${shown}]`
  })
  return ['daybook', ...path, ...words, ...(effect === 'destroy' || cli?.asks ? ['[--yes]'] : [])].join(' ')
}

function table(fields: readonly InputField[]): string {
  const rows = fields.map((field) => {
    const what = field.kind === 'text' ? 'text' : field.kind === 'boolean' ? 'true or false' : allowed(field)
    const usual = field.required ? 'required' : field.usual === undefined ? '' : `\`${JSON.stringify(field.usual)}\``
    return [`\`${field.name}\``, field.describe, field.list ? `list: ${what}` : what, usual]
  })
  return aligned([['Field', 'What it says', 'Value', 'Usual'], ...rows])
}

/** A Markdown table as the formatter leaves it. */
export function aligned(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`)
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [lines[0], rule, ...lines.slice(1)].join('\n')
}

if (import.meta.main) {
  writeFileSync(PAGE, await operationsPage())
  writeFileSync(new URL('../src/operations/catalogue-types.ts', import.meta.url), catalogueTypes())
}
