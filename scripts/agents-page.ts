// Writes the tables of docs/agents.md from what each source declares: node scripts/agents-page.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { EVIDENCE_WORDS, FACT_WORDS, FORMAT_FACTS } from '../src/sources/format.ts'
import { SOURCES } from '../src/sources/index.ts'
import type { Source } from '../src/sources/source.ts'
import { DRIVERS } from '../e2e/drivers/index.ts'
import { readRuns } from '../e2e/record.ts'
import { aligned } from './operations-page.ts'

const PAGE = new URL('../docs/agents.md', import.meta.url)
const BEGIN = '<!-- From here on made by scripts/agents-page.ts. -->'

/** The page's text: what stands above the mark as somebody wrote it, below it the tables. */
export function agentsPage(written = readFileSync(PAGE, 'utf8')): string {
  const head = written.slice(0, written.indexOf(BEGIN) + BEGIN.length)
  return `${[head, overview(), ...SOURCES.map(section), trials()].join('\n\n')}\n`
}

function overview(): string {
  const rows = FORMAT_FACTS.map((fact) => [FACT_WORDS[fact], ...SOURCES.map(({ format }) => format.gives[fact][0])])
  return aligned([['', ...SOURCES.map(({ name }) => name)], ...rows])
}

function section({ id, name, format, vendorKeepsDays }: Source): string {
  const facts = FORMAT_FACTS.map((fact) => {
    const [given, note = ''] = format.gives[fact]
    return [FACT_WORDS[fact], given, note]
  })
  const versions = format.verified.map(({ versions: which, how }) => [which, EVIDENCE_WORDS[how]])
  const kept =
    vendorKeepsDays === null
      ? `${name} deletes nothing by itself.`
      : `${name} deletes transcripts after ${vendorKeepsDays} days unless told otherwise.`
  return [
    `## ${name}`,
    `\`${id}\`. ${kept} [What is read](sources/${id}.md).`,
    aligned([['', 'Given', 'More'], ...facts]),
    aligned([['Version', 'How it is known'], ...versions]),
  ].join('\n\n')
}

/** What `npm run e2e:agents` tried last. */
function trials(): string {
  const nameOf = (id: string) => DRIVERS.find((driver) => driver.id === id)?.name ?? id
  const rows = readRuns().map(({ agent, version, successor, at, commit, checks, courses = [] }) => [
    `${nameOf(agent)} ${version}`,
    `${nameOf(successor.agent)} ${successor.version}`,
    at.slice(0, 10),
    `\`${commit}\``,
    [
      ...checks.filter(({ ok }) => ok).map(({ what }) => what),
      ...courses.map(({ course, checks: found }) => `${course} (${found.length})`),
    ].join('; '),
  ])
  return [
    '## Tried end to end',
    'Set up by `daybook setup` and run on a scripted model ([how](../e2e/README.md)); all else on this page was read from transcripts. The rows of each are in [agents-run.json](agents-run.json).',
    aligned([['Agent', 'Its work taken over by', 'On', 'Commit', 'As expected'], ...rows]),
  ].join('\n\n')
}

if (import.meta.main) writeFileSync(PAGE, agentsPage())
