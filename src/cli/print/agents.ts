import { formatCount, formatTimeShort, plural } from '../../domain/format.ts'
import type { Agents, AgentView } from '../../operations/agents.ts'
import { EVIDENCE_WORDS, FACT_WORDS, FORMAT_FACTS } from '../../sources/format.ts'
import type { FormatFact } from '../../sources/format.ts'
import { printTable } from '../table.ts'
import type { Column } from '../table.ts'
import { meta, ok, subject, warn } from '../text.ts'
import type { Text } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { cutEnd } from '../width.ts'
import { printDemoMark, printFacts, shortHome } from './common.ts'

/** `daybook agents [AGENT]`. */
export function printAgents(view: View, { items, unread }: Agents, input: Record<string, unknown>): void {
  const { out } = view
  const [first] = items
  if (!out.terminal) printTable(out, [...foundColumns(view), ...pipeColumns()], items)
  else if (input['agent'] !== undefined && first) printAgent(view, first)
  else {
    printDemoMark(view)
    printTable(out, foundColumns(view), items, { note: (agent) => whereNote(view, agent) })
    out.line('')
    out.line('What their transcripts give')
    printTable(out, givesColumns(), items)
    for (const { agent, sessions } of unread)
      out.line(meta(`Also recorded: ${plural(sessions, 'session')} of ${agent}, which this build does not read.`))
    printNext(view, next(items))
  }
}

function next(items: readonly AgentView[]): [string, string][] {
  const commands: [string, string][] = []
  if (!items.some(({ found }) => found)) commands.push(['daybook demo', 'a made-up history to look at'])
  else if (items.some(({ sessions, files, ignored }) => sessions === 0 && (files ?? 0) > 0 && !ignored))
    commands.push(['daybook scan', 'read what was found'])
  if (items.some(({ problems }) => problems > 0)) commands.push(['daybook problems', 'what could not be read'])
  if (items.some(({ unknownNames }) => unknownNames > 0)) commands.push(['daybook drift', 'names that are not known'])
  const about = items.find(({ found }) => found) ?? items[0]
  if (about) commands.push([`daybook agents ${about.agent}`, 'what each answer means, and how it is known'])
  return commands.slice(0, 3)
}

function foundColumns(view: View): Column<AgentView>[] {
  return [
    { header: 'AGENT', cell: ({ name }) => subject(name), pipe: { header: 'AGENT', value: ({ agent }) => agent } },
    {
      header: 'FOUND',
      cell: (agent) => foundText(agent),
      pipe: { header: 'FOUND', value: ({ found }) => found },
    },
    { header: 'IGNORED', pipeOnly: true, cell: ({ ignored }) => String(ignored) },
    {
      header: 'FILES',
      align: 'right',
      cell: ({ files }) => (files === null ? '–' : formatCount(files)),
      pipe: { header: 'FILES', value: ({ files }) => files },
    },
    {
      header: 'SESSIONS',
      align: 'right',
      cell: ({ sessions }) => formatCount(sessions),
      pipe: { header: 'SESSIONS', value: ({ sessions }) => sessions },
    },
    {
      header: 'NEWEST',
      align: 'right',
      cell: ({ newestAt }) => newestText(view, newestAt),
      pipe: { header: 'NEWEST_AT', value: ({ newestAt }) => newestAt },
    },
    {
      header: 'PROBLEMS',
      align: 'right',
      cell: ({ problems }) => (problems === 0 ? '0' : warn(formatCount(problems))),
      pipe: { header: 'PROBLEMS', value: ({ problems }) => problems },
    },
    {
      header: 'DELETED AT',
      cell: ({ vendorKeepsDays }) => (vendorKeepsDays === null ? 'never' : plural(vendorKeepsDays, 'day')),
      pipe: { header: 'VENDOR_KEEPS_DAYS', value: ({ vendorKeepsDays }) => vendorKeepsDays },
    },
    {
      header: 'WHERE',
      pipeOnly: true,
      cell: ({ roots }) => roots.map(({ path }) => path).join(','),
      pipe: { header: 'ROOTS', value: ({ roots }) => roots.map(({ path }) => path).join(',') },
    },
  ]
}

function foundText({ found, ignored }: AgentView): Text {
  if (!found) return meta('no')
  return ignored ? 'ignored' : ok('yes')
}

function newestText(view: View, newestAt: string | null): string {
  return newestAt === null ? '–' : formatTimeShort(Date.parse(newestAt), view.nowMs, view.timezone)
}

/** The folders that are there, or all that were looked for. */
function whereNote(view: View, { roots, found }: AgentView): Text {
  const shown = roots.filter(({ present }) => present || !found).map(({ path }) => shortHome(view, path))
  return meta(cutEnd(`${found ? '' : 'looked in '}${shown.join(', ')}`, view.out.columns - NOTE_INDENT))
}

const NOTE_INDENT = 4

/** Column heads that let ten answers and a name stand in 80 columns. */
const HEADS: Record<FormatFact, string> = {
  usage: 'TOKENS',
  cost: 'COST',
  exitCodes: 'EXIT',
  durations: 'TIMES',
  files: 'EDITS',
  commits: 'COMMIT',
  plans: 'PLAN',
  titles: 'TITLE',
  subagents: 'SUBS',
  forks: 'FORK',
}

const SHORT = { yes: 'yes', partly: 'part', no: 'no' } as const

function givesColumns(): Column<AgentView>[] {
  return [
    { header: 'AGENT', cell: ({ name }) => subject(name), shrink: 8 },
    ...FORMAT_FACTS.map((fact): Column<AgentView> => ({
      header: HEADS[fact],
      cell: ({ gives }) => answer(gives[fact].given),
    })),
  ]
}

function answer(given: keyof typeof SHORT): Text {
  return given === 'yes' ? ok(SHORT.yes) : given === 'no' ? meta(SHORT.no) : SHORT.partly
}

function pipeColumns(): Column<AgentView>[] {
  return [
    {
      header: 'VERIFIED',
      cell: ({ verified }) => verified.map(({ versions, how }) => `${versions} ${how}`).join(','),
    },
    ...FORMAT_FACTS.map((fact): Column<AgentView> => ({
      header: `GIVES_${fact.replace(/[A-Z]/g, '_$&').toUpperCase()}`,
      cell: ({ gives }) => gives[fact].given,
    })),
  ]
}

function printAgent(view: View, agent: AgentView): void {
  const { out } = view
  printDemoMark(view)
  out.line(subject(agent.name), meta(`  ${agent.agent}`))
  printFacts(view, [
    ...agent.roots.map(({ path, present }): [string, Text] => [present ? 'found' : 'not there', shortHome(view, path)]),
    ['ignored', agent.ignored && 'by configuration: daybook config'],
    ['files', agent.files === null ? '–' : `${formatCount(agent.files)}, newest ${newestText(view, agent.newestAt)}`],
    ['recorded', plural(agent.sessions, 'session')],
    ['problems', agent.problems > 0 && warn(plural(agent.problems, 'place'))],
    ['unknown', agent.unknownNames > 0 && warn(plural(agent.unknownNames, 'name'))],
    [
      'deletes',
      agent.vendorKeepsDays === null
        ? 'nothing by itself'
        : `transcripts after ${plural(agent.vendorKeepsDays, 'day')}`,
    ],
  ])
  out.line('Its transcripts give')
  printFacts(
    view,
    FORMAT_FACTS.map((fact): [string, Text] => {
      const { given, note } = agent.gives[fact]
      return [
        FACT_WORDS[fact],
        [answer(given), note === null ? '' : `${' '.repeat(5 - SHORT[given].length)}${note}`].flat(),
      ]
    }),
  )
  out.line('Held against')
  printFacts(
    view,
    agent.verified.map(({ versions, how }): [string, Text] => [versions, EVIDENCE_WORDS[how]]),
  )
  printNext(view, [
    [`daybook session list --agent ${agent.agent}`, 'its sessions'],
    ...(agent.unknownNames > 0 ? [[`daybook drift --agent ${agent.agent}`, 'names that are not known'] as const] : []),
  ])
}
