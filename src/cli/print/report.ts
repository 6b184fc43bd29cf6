import { formatCount, formatDay, formatDuration, formatTokens, formatWorkTime, plural } from '../../domain/format.ts'
import { isClosed, words } from '../../domain/ticket.ts'
import type { ReportFigures } from '../../operations/report-figures.ts'
import type { ReportRow } from '../../operations/report-row.ts'
import type { ReportGroup, WorkReport } from '../../operations/work-report.ts'
import { oneLine } from '../sanitize.ts'
import { printTable } from '../table.ts'
import type { Column } from '../table.ts'
import { meta, subject } from '../text.ts'
import type { Text } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { exactCost, money, printCostFoot, printDemoMark, printMore, span } from './common.ts'
import { printNothing } from './nothing.ts'
import { totalName } from './usage.ts'

type Row = Pick<ReportRow, 'total' | 'own'> & Partial<ReportRow>

/** `daybook report`. */
export function printReport(view: View, report: WorkReport, input: Record<string, unknown>): void {
  const { out } = view
  if (out.terminal && report.items.length === 0) {
    printDemoMark(view)
    printNothing(view, input, 'No work', ['daybook report', 'everything recorded'])
    return
  }
  if (out.terminal) {
    printDemoMark(view)
    out.prose(headline(view, report), { first: '', indent: 2, role: 'meta' })
  }
  printTable(out, columns(view, report), report.items as Row[], {
    total: { total: report.totals, own: report.totals },
  })
  printMore(view, report)
  if (!out.terminal) return
  printElapsed(view, report.totals)
  printEstimates(view, report)
  printCostFoot(view, report.totals)
  printNext(view, nextOf(report))
}

function headline(view: View, { project, from, to, by }: WorkReport): string {
  const end = to === null ? null : new Date(Date.parse(to) - 1).toISOString()
  const when =
    from === null && end === null ? 'everything recorded' : span(view, from, end ?? new Date(view.nowMs).toISOString())
  const where = project === null ? 'All projects' : oneLine(project)
  const since = from === null && end !== null ? `through ${span(view, end, end)}` : when
  const parts = [where, since, by === 'model' ? undefined : 'active time', 'cost at API list prices']
  return parts.filter((part) => part !== undefined).join(' · ')
}

const HEADERS: Record<ReportGroup, string> = {
  ticket: 'TICKET',
  sprint: 'SPRINT',
  epic: 'EPIC',
  project: 'PROJECT',
  person: 'PERSON',
  agent: 'AGENT',
  day: 'DAY',
  session: 'SESSION',
  model: 'MODEL',
}

const TICKETED: readonly ReportGroup[] = ['ticket', 'sprint', 'epic']

function columns(view: View, report: WorkReport): Column<Row>[] {
  const { by } = report
  const ticketed = TICKETED.includes(by)
  const named = (row: Row): Text => {
    if (row.place === undefined) return totalName(report)
    const indent = '  '.repeat(row.depth ?? 0)
    if (row.label === null || row.label === undefined) return meta(shortPlace(row))
    return [indent, subject(labelOf(view, by, row.label))]
  }
  const lead: Column<Row> = {
    header: HEADERS[by],
    cell: named,
    shrink: 12,
    pipe: { header: HEADERS[by], value: (row) => row.label ?? shortPlace(row) },
  }
  const titles: Column<Row>[] =
    ticketed || by === 'session'
      ? [
          {
            header: 'TITLE',
            cell: (row) => titleOf(row, by),
            shrink: 10,
            comfort: 16,
            pipe: { header: 'TITLE', value: (row) => row.title ?? null },
          },
        ]
      : []
  const timed = by === 'model' ? [] : timeColumns()
  const estimated = report.items.some((row) => row.estimate !== null)
  return [
    lead,
    ...titles,
    ...(ticketed ? ticketColumns() : []),
    ...timed,
    { ...ESTIMATE, pipeOnly: !estimated },
    ...costColumns(),
    ...restColumns(by),
  ]
}

function labelOf(view: View, by: ReportGroup, label: string): string {
  if (by === 'agent') return view.agentName(label)
  return by === 'day' ? formatDay(Date.parse(label), view.nowMs, 'UTC') : oneLine(label)
}

function shortPlace({ place }: Row): string {
  return place === 'unattributed' ? '?' : place === 'none' ? 'none' : 'other'
}

function titleOf(row: Row, by: ReportGroup): Text {
  if (row.place === undefined) return ''
  if (row.place === 'none') return 'no ticket, on purpose'
  if (row.place === 'unattributed') return 'unattributed'
  if (row.place === 'rest') return meta(TICKETED.includes(by) ? `in no ${by}` : 'not recorded')
  return row.title === null || row.title === undefined ? meta('no title') : oneLine(row.title)
}

function ticketColumns(): Column<Row>[] {
  return [
    {
      header: 'STATUS',
      cell: (row) => (row.ticket ? words(row.ticket.status) : row.place === undefined ? '' : '–'),
      drop: true,
      pipe: { header: 'STATUS', value: (row) => row.ticket?.status ?? null },
    },
    { header: 'PARENT', pipeOnly: true, cell: (row) => row.ticket?.parentRef ?? '' },
  ]
}

function timeColumns(): Column<Row>[] {
  const ms = (header: string, of: (row: Row) => number | null): Column<Row> => ({
    header,
    pipeOnly: true,
    cell: () => '',
    pipe: { header, value: of },
  })
  return [
    {
      header: 'ACTIVE',
      align: 'right',
      cell: (row) => formatWorkTime(row.total.activeMs),
      pipe: { header: 'ACTIVE_MS', value: (row) => row.total.activeMs },
    },
    ms('ELAPSED_MS', (row) => row.total.elapsedMs),
    ms('OWN_ACTIVE_MS', (row) => row.own.activeMs),
  ]
}

const ESTIMATE: Column<Row> = {
  header: 'ESTIMATE',
  cell: (row) => estimateOf(row),
  drop: true,
  pipe: { header: 'ESTIMATE_MINUTES', value: (row) => row.estimate?.estimateMinutes ?? null },
}

function costColumns(): Column<Row>[] {
  return [
    {
      header: 'DIFFERENCE_PERCENT',
      pipeOnly: true,
      cell: () => '',
      pipe: { header: 'DIFFERENCE_PERCENT', value: (row) => row.estimate?.percent ?? null },
    },
    {
      header: 'COST',
      align: 'right',
      cell: (row) => money(row.total),
      pipe: { header: 'COST_MICRODOLLARS', value: (row) => exactCost(row.total) },
    },
    {
      header: 'OWN_COST_MICRODOLLARS',
      pipeOnly: true,
      cell: () => '',
      pipe: { header: 'OWN_COST_MICRODOLLARS', value: (row) => exactCost(row.own) },
    },
    {
      header: 'UNPRICED_TOKENS',
      pipeOnly: true,
      cell: () => '',
      pipe: { header: 'UNPRICED_TOKENS', value: (row) => row.total.unpricedTokens },
    },
  ]
}

/** The difference is told once the ticket is closed: until then it is only what is left. */
function estimateOf({ estimate, ticket, place }: Row): Text {
  if (!estimate) return place === undefined ? '' : '–'
  const thought = formatDuration(estimate.estimateMinutes * 60_000)
  if (!ticket || !isClosed(ticket.status)) return thought
  const percent = Math.round(estimate.percent)
  return `${thought} ${percent > 0 ? '+' : ''}${percent}%`
}

function restColumns(by: ReportGroup): Column<Row>[] {
  const count = (header: string, name: string, of: (row: Row) => number | null, text = formatCount): Column<Row> => ({
    header,
    align: 'right',
    drop: true,
    cell: (row) => {
      const value = of(row)
      return value === null ? '–' : text(value)
    },
    pipe: { header: name, value: of },
  })
  const tokens: Column<Row>[] = [
    count('OUTPUT', 'OUTPUT_TOKENS', (row) => row.total.outputTokens, formatTokens),
    count('INPUT', 'INPUT_TOKENS', (row) => row.total.inputTokens, formatTokens),
    count('CACHE READ', 'CACHE_READ_TOKENS', (row) => row.total.cacheReadTokens, formatTokens),
    count('CACHE WRITE', 'CACHE_WRITE_TOKENS', (row) => row.total.cacheWriteTokens, formatTokens),
  ]
  if (by === 'model') return tokens
  const sessions = by === 'session' ? [] : [count('SESS', 'SESSIONS', (row) => row.total.sessions)]
  return [...sessions, count('FAILED', 'FAILED_CALLS', (row) => row.total.failedCalls), ...tokens]
}

function printElapsed(view: View, { activeMs, elapsedMs }: ReportFigures): void {
  if (activeMs === null || elapsedMs === null || activeMs === elapsedMs) return
  view.out.prose(
    `Sessions ran at the same time: ${formatDuration(activeMs)} of active time in ${formatDuration(elapsedMs)} elapsed.`,
    { first: '', indent: 2, role: 'meta' },
  )
}

function printEstimates(view: View, { items }: WorkReport): void {
  for (const { ticket, estimate } of items) {
    if (!ticket || !estimate?.suggestion || !isClosed(ticket.status)) continue
    const took = formatDuration(estimate.actualMs)
    const thought = formatDuration(estimate.estimateMinutes * 60_000)
    const side = estimate.percent > 0 ? 'over' : 'under'
    view.out.prose(
      `${oneLine(ticket.ref)} took ${took} of ${thought}, ${formatCount(Math.abs(estimate.percent))}% ${side}: ${estimate.suggestion}`,
      { first: '', indent: 2, role: 'warn' },
    )
  }
}

function nextOf({ by, items, totals }: WorkReport): [string, string][] {
  const next: [string, string][] = []
  const unplaced = items.find((row) => row.place === 'unattributed')
  if (unplaced) {
    const sessions = unplaced.total.sessions ?? 0
    next.push(['daybook report --suggest', `what ${plural(sessions, 'session')} nobody attached may be for`])
  }
  if (by !== 'day') next.push(['daybook report --by day', 'day by day'])
  else next.push(['daybook report', 'by ticket'])
  if (totals.unpricedTokens === 0) next.push(['daybook usage explain', 'where each figure comes from'])
  return next
}
