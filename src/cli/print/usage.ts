import { formatCount, formatDay, plural } from '../../domain/format.ts'
import type { SessionUsage, UsageList } from '../../operations/usage.ts'
import { projectLabels } from '../../domain/project.ts'
import type { PeriodUsage } from '../../operations/usage-periods.ts'
import type { UsageView } from '../../operations/usage-view.ts'
import { printTable } from '../table.ts'
import type { Column } from '../table.ts'
import { dots, meta, subject } from '../text.ts'
import type { Text } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { printNothing } from './nothing.ts'
import {
  money,
  moneyFact,
  printCostFoot,
  printDemoMark,
  printFacts,
  printMore,
  printRecord,
  sessionName,
  titleOf,
  span,
} from './common.ts'

/** `daybook usage total`. */
export function printUsageTotal(
  view: View,
  usage: UsageView & { firstAt: string | null; lastAt: string | null },
  input: Input,
): void {
  if (!view.out.terminal) {
    printRecord(view, [...pipeFields(usage), ['FIRST_AT', usage.firstAt], ['LAST_AT', usage.lastAt]])
    return
  }
  printDemoMark(view)
  if (usage.responses === 0) {
    printNothing(view, input, 'No usage', ALL)
    return
  }
  const when = span(view, usage.firstAt, usage.lastAt)
  view.out.line(dots(subject(moneyFact(usage)), plural(usage.responses, 'response'), when))
  const figures: [string, number, string | undefined][] = [
    ['input', usage.inputTokens, undefined],
    ['output', usage.outputTokens, inside(usage.reasoningTokens, 'reasoning')],
    ['cache read', usage.cacheReadTokens, undefined],
    ['cache write', usage.cacheWriteTokens, inside(usage.cacheWrite1hTokens, 'kept for an hour')],
  ]
  const width = Math.max(...figures.map(([, tokens]) => formatCount(tokens).length))
  printFacts(
    view,
    figures.map(([label, tokens, note]) => [
      label,
      [formatCount(tokens).padStart(width), ' tokens', ...(note === undefined ? [] : [meta(`, ${note}`)])],
    ]),
  )
  printCostFoot(view, usage)
  printNext(view, [
    ['daybook usage daily', 'by day'],
    ['daybook usage session', 'by session, dearest first'],
    ['daybook usage explain', 'where each figure comes from'],
  ])
}

function inside(tokens: number, what: string): string | undefined {
  return tokens === 0 ? undefined : `${formatCount(tokens)} of them ${what}`
}

type Input = Record<string, unknown>

const ALL = ['daybook usage total', 'everything recorded'] as const

type PeriodRow = UsageView & Partial<PeriodUsage<'day' | 'week' | 'month'>>

/** `daybook usage daily`, `weekly` and `monthly`. */
export function printUsageByPeriod(
  view: View,
  list: UsageList<PeriodUsage<'day' | 'week' | 'month'>>,
  input: Input,
): void {
  const first = list.items[0]
  const period =
    first && 'week' in first && first.week ? 'week' : first && 'month' in first && first.month ? 'month' : 'day'
  const label = (row: PeriodRow): string =>
    period === 'day' && row.from ? formatDay(Date.parse(row.from), view.nowMs, view.timezone) : (row[period] ?? '')
  printUsageTable<PeriodRow>(view, list, input, [
    {
      header: period.toUpperCase(),
      cell: (row) => (row.from === undefined ? totalName(list) : label(row)),
      pipe: { header: period.toUpperCase(), value: (row) => row[period] ?? null },
    },
  ])
  if (!first) return
  printNext(view, [
    ['daybook usage session', 'which sessions these are'],
    ['daybook usage model', 'by model'],
  ])
}

/** `daybook usage session`. */
export function printUsageBySession(view: View, list: UsageList<SessionUsage>, input: Input): void {
  type Row = UsageView & Partial<SessionUsage>
  const first = list.items[0]
  printUsageTable<Row>(view, list, input, [
    {
      header: 'KEY',
      cell: (row) => (row.sessionId === undefined ? totalName(list) : subject(nameOf(row))),
      pipe: { header: 'KEY', value: (row) => nameOf(row) },
    },
    {
      header: 'TITLE',
      cell: (row): Text => (row.sessionId === undefined ? '' : titleOf({ title: row.title ?? null })),
      shrink: 10,
      comfort: 16,
      pipe: { header: 'TITLE', value: (row) => row.title ?? null },
    },
  ])
  if (!first) return
  printNext(view, [
    [`daybook session show ${nameOf(first)}`, 'the dearest'],
    [`daybook usage explain ${nameOf(first)}`, 'its rows, with file and line'],
  ])
}

function nameOf(row: Partial<SessionUsage>): string {
  return sessionName({ key: row.key ?? null, ref: row.ref ?? null })
}

/** `daybook usage model`. */
export function printUsageByModel(view: View, list: UsageList<{ model: string }>, input: Input): void {
  printUsageTable<UsageView & { model?: string }>(view, list, input, [
    { header: 'MODEL', cell: (row) => row.model ?? totalName(list), shrink: 14 },
  ])
  if (list.items.length === 0) return
  printNext(view, [['daybook usage daily', 'by day']])
}

/** `daybook usage agent`. */
export function printUsageByAgent(view: View, list: UsageList<{ agent: string }>, input: Input): void {
  printUsageTable<UsageView & { agent?: string }>(view, list, input, [
    {
      header: 'AGENT',
      cell: (row) => (row.agent === undefined ? totalName(list) : view.agentName(row.agent)),
      shrink: 10,
      pipe: { header: 'AGENT', value: (row) => row.agent ?? null },
    },
  ])
  if (list.items.length === 0) return
  printNext(view, [['daybook usage model', 'by model']])
}

interface ProjectRow {
  projectId: string | null
  project: string | null
  identity: string | null
}

/** `daybook usage project`. */
export function printUsageByProject(view: View, list: UsageList<ProjectRow>, input: Input): void {
  const known = list.items.flatMap(({ projectId: id, project: name, identity }) =>
    id === null || name === null ? [] : [{ id, name, identity: identity ?? '' }],
  )
  const labels = projectLabels(known)
  printUsageTable<UsageView & Partial<ProjectRow>>(view, list, input, [
    {
      header: 'PROJECT',
      cell: (row) =>
        row.projectId === undefined ? totalName(list) : (labels.get(row.projectId ?? '') ?? meta('not recorded')),
      shrink: 12,
      cut: 'middle',
      pipe: { header: 'PROJECT', value: (row) => row.project ?? null },
    },
    { header: 'IDENTITY', pipeOnly: true, cell: (row) => row.identity ?? '' },
  ])
  if (list.items.length === 0) return
  printNext(view, [['daybook project list', 'where they are']])
}

/** What the row of the sum is called. A sum of more rows than are on screen says so. */
export function totalName(list: { total: number; nextCursor: string | null }): string {
  return list.nextCursor === null ? 'TOTAL' : `ALL ${formatCount(list.total)}`
}

export function printUsageTable<Row extends UsageView>(
  view: View,
  list: UsageList<Row>,
  input: Input,
  lead: Column<Row>[],
  above?: () => void,
): void {
  printDemoMark(view)
  if (list.items.length === 0 && view.out.terminal) {
    printNothing(view, input, 'No usage', ALL)
    return
  }
  above?.()
  // The sum has no name of its own: its row is told apart by that.
  printTable(view.out, [...lead, ...figures<Row>()], list.items, { total: list.totals as Row })
  printMore(view, list)
  printCostFoot(view, list.totals)
}

function figures<Row extends UsageView>(): Column<Row>[] {
  const tokens = (header: string, count: (row: Row) => number, drop: boolean): Column<Row> => ({
    header,
    align: 'right',
    drop,
    cell: (row) => formatCount(count(row)),
    pipe: { header: `${header.replace(' ', '_')}_TOKENS`, value: count },
  })
  return [
    tokens('INPUT', (row) => row.inputTokens, true),
    tokens('OUTPUT', (row) => row.outputTokens, true),
    tokens('CACHE READ', (row) => row.cacheReadTokens, true),
    tokens('CACHE WRITE', (row) => row.cacheWriteTokens, true),
    {
      header: 'COST',
      align: 'right',
      cell: money,
      pipe: { header: 'COST_MICRODOLLARS', value: (row) => row.costMicrodollars },
    },
    ...PIPE_ONLY,
  ]
}

/** What a person reads below the table, a program reads in the row. */
const PIPE_ONLY: Column<UsageView>[] = [
  {
    header: 'UNPRICED_TOKENS',
    pipeOnly: true,
    cell: () => '',
    pipe: { header: 'UNPRICED_TOKENS', value: (row) => row.unpricedTokens },
  },
]

function pipeFields(usage: UsageView): [string, string | number | null][] {
  return [
    ['INPUT_TOKENS', usage.inputTokens],
    ['OUTPUT_TOKENS', usage.outputTokens],
    ['CACHE_READ_TOKENS', usage.cacheReadTokens],
    ['CACHE_WRITE_TOKENS', usage.cacheWriteTokens],
    ['REASONING_TOKENS', usage.reasoningTokens],
    ['COST_MICRODOLLARS', usage.costMicrodollars],
    ['UNPRICED_TOKENS', usage.unpricedTokens],
    ['UNPRICED_MODELS', usage.unpricedModels.join(',')],
    ['RESPONSES', usage.responses],
  ]
}
