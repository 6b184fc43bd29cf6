import {
  formatClockTime,
  formatDay,
  formatDuration,
  formatMoney,
  formatTimeExact,
  plural,
} from '../../domain/format.ts'
import type { RecordedLimits } from '../../operations/plan-limits.ts'
import type { UsageBlock, UsageBlocks } from '../../operations/usage-blocks.ts'
import type { UsageView } from '../../operations/usage-view.ts'
import { oneLine } from '../sanitize.ts'
import { dots, ok, subject } from '../text.ts'
import type { Text } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { moneyFact, printDemoMark, printFacts } from './common.ts'
import { printUsageTable, totalName } from './usage.ts'

type Row = UsageView & Partial<UsageBlock>

/** `daybook usage blocks`. */
export function printBlocks(view: View, blocks: UsageBlocks, input: Record<string, unknown>): void {
  if (view.out.terminal && input['active'] === true && blocks.items.length === 0) {
    printDemoMark(view)
    view.out.line('No window runs now: the next begins with the next response.')
  } else {
    printUsageTable<Row>(view, blocks, input, columns(view, blocks), () => {
      if (view.out.terminal) for (const block of blocks.items) if (block.active) printActive(view, block)
    })
  }
  if (view.out.terminal && blocks.items.length > 0) for (const limits of blocks.limits) printLimits(view, limits)
  if (blocks.items.length === 0) return
  printNext(view, [
    ['daybook usage session --since today', 'which sessions these are'],
    ['daybook usage daily', 'by day'],
  ])
}

function printActive(view: View, block: UsageBlock & UsageView): void {
  const left = formatDuration(Date.parse(block.to) - view.nowMs)
  view.out.line(subject(view.agentName(block.agent)), ` · window ${place(view, block)}, `, ok(`${left} left`))
  const { firstAt, costPerHourMicrodollars: perHour, projectedCostMicrodollars: projected } = block
  const since = firstAt === null ? '' : ` since ${time(view, firstAt)}`
  const early = perHour === null && firstAt !== null && block.costMicrodollars !== null
  printFacts(view, [
    ['so far', dots(moneyFact(block), plural(block.responses, 'response'))],
    ['pace', perHour === null ? early && 'too early to tell' : `${formatMoney(perHour)} an hour${since}`],
    [
      'projected',
      projected !== null && `${formatMoney(projected)} by ${time(view, block.to)}, if it goes on at this pace`,
    ],
  ])
}

function printLimits(view: View, { agent, limits, at, reason }: RecordedLimits): void {
  const name = view.agentName(agent)
  if (limits === null || at === null) {
    view.out.prose(`limits of ${name}: not recorded, ${reason ?? ''}`, { role: 'meta' })
    return
  }
  const windows = limits.windows.map(({ durationMs, usedPercent, resetsAt }) => {
    const over = Date.parse(resetsAt) <= view.nowMs
    const until = over ? 'reset since' : `resets ${formatClockTime(Date.parse(resetsAt), view.nowMs, view.timezone)}`
    return `${formatDuration(durationMs)} window ${Math.round(usedPercent)}% used, ${until}`
  })
  const plan = limits.plan === null ? '' : ` (${oneLine(limits.plan)})`
  const when = formatClockTime(Date.parse(at), view.nowMs, view.timezone)
  view.out.prose(`limits of ${name}${plan}, as recorded ${when}: ${windows.join(' · ')}`)
}

function columns(view: View, blocks: UsageBlocks) {
  const window = (row: Row): Text => {
    if (row.from === undefined || row.to === undefined) return totalName(blocks)
    return [
      `${formatDay(Date.parse(row.from), view.nowMs, view.timezone)} ${place(view, { from: row.from, to: row.to })}`,
    ]
  }
  return [
    { header: 'WINDOW', cell: window, pipe: { header: 'FROM', value: (row: Row) => row.from ?? null } },
    { header: 'TO', pipeOnly: true, cell: ({ to }: Row) => to ?? '' },
    {
      header: 'AGENT',
      cell: ({ agent }: Row) => (agent === undefined ? '' : view.agentName(agent)),
      drop: true,
      pipe: { header: 'AGENT', value: ({ agent }: Row) => agent ?? null },
    },
    {
      header: 'ACTIVE',
      pipeOnly: true,
      cell: ({ active }: Row) => String(active ?? ''),
    },
    {
      header: 'IDLE BEFORE',
      align: 'right' as const,
      drop: true,
      cell: ({ idleBeforeMs }: Row) => (idleBeforeMs === undefined ? '' : formatDuration(idleBeforeMs || null)),
      pipe: { header: 'IDLE_BEFORE_MS', value: ({ idleBeforeMs }: Row) => idleBeforeMs ?? null },
    },
  ]
}

function place(view: View, { from, to }: { from: string; to: string }): string {
  return `${time(view, from)}-${time(view, to)}`
}

function time(view: View, iso: string): string {
  return formatTimeExact(Date.parse(iso), view.timezone).slice(11, 16)
}
