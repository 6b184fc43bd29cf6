// Writes docs/origins.md from scripts/origins/ and the names of tests: node scripts/origins-page.ts
import { writeFileSync } from 'node:fs'
import { aligned } from './operations-page.ts'
import { FRAGMENTS } from './origins/fragments.ts'
import { GOBBY } from './origins/gobby.ts'
import { MCP_TICKETER } from './origins/mcp-ticketer.ts'
import type { Feature, Origin } from './origins/origin.ts'
import { SESSION_PACKAGE } from './origins/session-package.ts'
import { type NamedTest, shownByTests } from './origins/shown.ts'

const PAGE = new URL('../docs/origins.md', import.meta.url)

export const ORIGINS: readonly Origin[] = [MCP_TICKETER, GOBBY, FRAGMENTS, SESSION_PACKAGE]

/** The page's text: every feature of every origin, and which test shows it. What no test shows is `not yet`. */
export function originsPage(shown = shownByTests()): string {
  return `${[HEAD, ...ORIGINS.map((origin) => section(origin, shown))].join('\n\n')}\n`
}

const HEAD = `# Origins

Daybook answers four older designs. Each feature they name has a number; here is what became of it. A number works when the name
of a test begins with it, and a test shows what it says by the road its user takes; what no test shows is _not yet_. PostgreSQL
answers the wish for a database; MongoDB and Azure are left out. Made by \`scripts/origins-page.ts\`.`

function section({ id, name, what, count, rows }: Origin, shown: Map<string, NamedTest[]>): string {
  const works = rows.filter((row) => isShown(row, shown)).length
  const table = aligned([
    ['No.', 'What', 'There', 'Here', 'Shown by'],
    ...rows.map((row) => [row.number, row.what, was(row), ...is(row, shown)]),
  ])
  const head = `${sentence(what)}. ${works} of ${count} work. [How to come from it](origins/${id}.md).`
  return [`## ${name}`, head, table].join('\n\n')
}

function isShown({ number, is: here }: Feature, shown: Map<string, NamedTest[]>): boolean {
  return !here.startsWith('not yet') && shown.has(number)
}

function was({ was: there }: Feature): string {
  return /^[A-Za-z_.~/]*[_/(=][^ ]*$/.test(there) ? `\`${there}\`` : there
}

/** What answers it and the file of its test. */
function is(row: Feature, shown: Map<string, NamedTest[]>): [here: string, file: string] {
  if (isShown(row, shown)) return [row.is, `\`${shown.get(row.number)?.[0]?.file ?? ''}\``]
  const reason = /^not yet(.*)$/.exec(row.is)?.[1] ?? ''
  return [`_not yet_${reason}`, '']
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

if (import.meta.main) writeFileSync(PAGE, originsPage())
