import * as z from 'zod/mini'
import { type Period, periodBoundaries, periodLabel } from '../domain/calendar.ts'
import { addUsage, emptyUsage, type UsageTotals } from '../domain/usage.ts'
import type { UsageFilter } from '../stores/usage-store.ts'
import { filterFields, pageFields, text } from './fields.ts'
import { narrow } from './filter.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { pageOf } from './page.ts'
import type { UsageList } from './usage.ts'
import { listPricesOf, usageView } from './usage-view.ts'

const input = z.object({ ...filterFields, model: z.optional(text('only this model')), ...pageFields(1000) })
const seeAlso = ['usage total', 'usage session', 'usage explain']

/** One period with work in it. `from` and `to` are ISO, [from, to), cut by the caller's zone. */
export type PeriodUsage<Name extends string> = Record<Name, string> & { from: string; to: string }

export const usageDaily = defineOperation({
  name: 'usage.daily',
  summary: 'Sum tokens and cost by day.',
  input,
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    examples: [
      { command: 'daybook usage daily', says: 'every day with work in it' },
      { command: 'daybook usage daily --since 7d', says: 'the last 7 days' },
    ],
    seeAlso,
  },
  handle: (context, asked): Promise<UsageList<PeriodUsage<'day'>>> => byPeriod(context, 'day', asked),
})

export const usageWeekly = defineOperation({
  name: 'usage.weekly',
  summary: 'Sum tokens and cost by week, Monday to Sunday.',
  input,
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: { examples: [{ command: 'daybook usage weekly', says: 'every week with work in it' }], seeAlso },
  handle: (context, asked): Promise<UsageList<PeriodUsage<'week'>>> => byPeriod(context, 'week', asked),
})

export const usageMonthly = defineOperation({
  name: 'usage.monthly',
  summary: 'Sum tokens and cost by calendar month.',
  input,
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: { examples: [{ command: 'daybook usage monthly', says: 'every month with work in it' }], seeAlso },
  handle: (context, asked): Promise<UsageList<PeriodUsage<'month'>>> => byPeriod(context, 'month', asked),
})

async function byPeriod<Name extends Period>(
  context: OperationContext,
  period: Name,
  asked: z.output<typeof input>,
): Promise<UsageList<PeriodUsage<Name>>> {
  const { limit, cursor, model, ...words } = asked
  const periods = await periodsWithWork(context, period, { ...(await narrow(context, words)), model })
  const totals = periods.reduce((sum, each) => addUsage(sum, each.totals), emptyUsage())
  const { items, ...page } = pageOf(periods, { limit, cursor })
  const rows = items.map(({ startMs, endMs, totals: usage }) => ({
    ...({ [period]: periodLabel(period, startMs, context.timezone) } as Record<Name, string>),
    from: new Date(startMs).toISOString(),
    to: new Date(endMs).toISOString(),
    ...usageView(usage),
  }))
  return { items: rows, ...page, totals: usageView(totals), priceDate: listPricesOf() }
}

interface PeriodSum {
  startMs: number
  endMs: number
  totals: UsageTotals
}

/** More days than this are looked for month by month first: a clock that stood in 1970 must not cost 20,000 sums. */
const MANY_DAYS_MS = 400 * 86_400_000

async function periodsWithWork(context: OperationContext, period: Period, filter: UsageFilter): Promise<PeriodSum[]> {
  const range = await context.store.usage.range(filter)
  if (!range) return []
  const fromMs = Date.parse(range.firstAt)
  const toMs = Date.parse(range.lastAt) + 1
  if (period === 'month' || toMs - fromMs <= MANY_DAYS_MS) return sums(context, period, filter, fromMs, toMs)
  const found = new Map<number, PeriodSum>()
  for (const month of await sums(context, 'month', filter, fromMs, toMs)) {
    // A week may begin in one month and end in the next: it is summed whole, and kept once.
    for (const sum of await sums(context, period, filter, month.startMs, month.endMs)) found.set(sum.startMs, sum)
  }
  return [...found.values()].sort((a, b) => a.startMs - b.startMs)
}

async function sums(
  { store, timezone }: OperationContext,
  period: Period,
  filter: UsageFilter,
  fromMs: number,
  toMs: number,
): Promise<PeriodSum[]> {
  const boundaries = periodBoundaries(period, fromMs, toMs, timezone)
  const totals = await store.usage.byPeriod(
    boundaries.map((atMs) => new Date(atMs).toISOString()),
    filter,
  )
  return totals
    .map((each, index) => ({ startMs: boundaries[index] ?? 0, endMs: boundaries[index + 1] ?? 0, totals: each }))
    .filter((each) => each.totals.responses > 0)
}
