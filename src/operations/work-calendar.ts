import * as z from 'zod/mini'
import { addDays, calendarDay, periodLabel, startOfDay } from '../domain/calendar.ts'
import { localHours } from '../domain/hours.ts'
import { mergeIntervals } from '../domain/slice.ts'
import { filterFields } from './fields.ts'
import { narrow } from './filter.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { type ReportFigures, tallyBy, figuresOf } from './report-figures.ts'

/** What a day took for one ticket, for none on purpose, or for nobody said what. */
export interface CalendarPart extends Pick<ReportFigures, 'costMicrodollars' | 'unpricedTokens' | 'activeMs'> {
  attribution: 'ticket' | 'none' | 'unattributed'
  /** Ref; null unless `attribution` is `ticket`. */
  ticket: string | null
}

export interface WorkCalendar {
  /** Days of the user's zone from the first to the last with work, those without among them. */
  items: { day: string; parts: CalendarPart[] }[]
  total: number
  nextCursor: null
  /** Milliseconds of work by weekday (Monday first) and hour; parallel work counts once. */
  hours: number[][]
}

/** More days than a chart can show: the newest are shown. */
const MOST_DAYS = 120

export const workCalendar = defineOperation({
  name: 'work.calendar',
  summary: 'Show what each day took, by what it was for, and at which hours work went on.',
  input: z.object(filterFields),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  async handle(context, words): Promise<WorkCalendar> {
    const { store, timezone } = context
    const asked = await narrow(context, words)
    const days = await daysOf(context, asked)
    if (days.length < 2) return { items: [], total: 0, nextCursor: null, hours: localHours([], timezone) }
    const from = asked.from !== undefined && asked.from > days[0]! ? asked.from : days[0]!
    const filter = { ...asked, from }
    const keys = new Map<
      string,
      { period: number; attribution: CalendarPart['attribution']; ticketId: string | null }
    >()
    const tallies = await tallyBy(
      context,
      filter,
      ({ period, attribution, ticketId }) => {
        const key = `${period} ${attribution} ${ticketId ?? ''}`
        keys.set(key, { period, attribution, ticketId })
        return key
      },
      { boundaries: days },
    )
    const ids = new Set([...keys.values()].flatMap(({ ticketId }) => ticketId ?? []))
    const refs = new Map((await store.tickets.byIds([...ids])).map(({ id, ref }) => [id, ref]))
    const items = days
      .slice(0, -1)
      .map((at) => ({ day: periodLabel('day', Date.parse(at), timezone), parts: [] as CalendarPart[] }))
    for (const [key, tally] of tallies) {
      const { period, attribution, ticketId } = keys.get(key)!
      const { costMicrodollars, unpricedTokens, activeMs } = figuresOf(tally)
      const ticket = ticketId === null ? null : (refs.get(ticketId) ?? null)
      items[period]?.parts.push({ attribution, ticket, costMicrodollars, unpricedTokens, activeMs })
    }
    const active = mergeIntervals([...tallies.values()].flatMap((tally) => tally.active))
    return { items, total: items.length, nextCursor: null, hours: localHours(active, timezone) }
  },
})

/** Beginnings of the days there is work in, and of the one after, ISO. */
async function daysOf(
  { store, timezone, clock }: OperationContext,
  filter: Awaited<ReturnType<typeof narrow>>,
): Promise<string[]> {
  const range = await store.usage.range(filter)
  if (!range) return []
  const lastDay = calendarDay(Math.min(Date.parse(range.lastAt), clock.now()), timezone)
  const days: string[] = []
  for (let back = -1; back < MOST_DAYS; back++) {
    const startMs = startOfDay(addDays(lastDay, -back), timezone)
    days.unshift(new Date(startMs).toISOString())
    if (startMs <= Date.parse(range.firstAt)) break
  }
  return days
}
