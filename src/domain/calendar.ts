import { AppError, shownValue } from './errors.ts'
import { offsetAt } from './zone.ts'

export { systemTimezone } from './zone.ts'

/** Periods that reports are cut by. Weeks begin on Monday (ISO 8601). */
export const PERIODS = ['day', 'week', 'month'] as const
export type Period = (typeof PERIODS)[number]

/** A day of the calendar, without a zone. `month` is 1 to 12. */
export interface CalendarDay {
  year: number
  month: number
  day: number
}

const DAY_MS = 86_400_000
/** More than any zone is off UTC, so that a guess lies on one side of the midnight that is sought. */
const WIDEST_OFFSET_MS = 15 * 3_600_000

/**
 * Checks that a zone is known.
 *
 * @throws AppError `invalid` with the value
 */
export function checkTimezone(timezone: string): string {
  try {
    if (timezone === '') throw new RangeError('empty')
    offsetAt(0, timezone)
    return timezone
  } catch {
    throw new AppError('invalid', `timezone ${JSON.stringify(timezone)} is not known`, {
      hint: 'use an IANA name such as Europe/Berlin or UTC',
    })
  }
}

/** The calendar day that a moment falls on in a zone. */
export function calendarDay(atMs: number, timezone: string): CalendarDay {
  const local = new Date(atMs + offsetAt(atMs, timezone))
  return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() }
}

/** The first moment of a day in a zone, Unix milliseconds. Where midnight is skipped, the day begins when the clock goes on. */
export function startOfDay(day: CalendarDay, timezone: string): number {
  const wanted = Date.UTC(day.year, day.month - 1, day.day)
  // Offsets change at most once around a midnight: the earliest moment whose local time is at or past it.
  let low = wanted - WIDEST_OFFSET_MS
  const before = offsetAt(low, timezone)
  const guess = wanted - before
  if (localTime(guess, timezone) === wanted && localTime(guess - 1, timezone) < wanted) return guess
  let high = wanted + WIDEST_OFFSET_MS
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (localTime(middle, timezone) >= wanted) high = middle
    else low = middle
  }
  return high
}

/**
 * The boundaries of the periods that cover [fromMs, toMs), ascending Unix milliseconds: one more than there are periods.
 * The first lies at or before `fromMs`, the last at or after `toMs`. Days of 23 and 25 hours come out as they are.
 */
export function periodBoundaries(period: Period, fromMs: number, toMs: number, timezone: string): number[] {
  let day = firstDay(period, calendarDay(fromMs, timezone))
  const boundaries = [startOfDay(day, timezone)]
  do {
    day = nextDay(period, day)
    boundaries.push(startOfDay(day, timezone))
  } while ((boundaries.at(-1) ?? toMs) < toMs)
  return boundaries
}

/** `2026-11-20` for a day, `2026-W47` for a week, `2026-11` for a month. */
export function periodLabel(period: Period, startMs: number, timezone: string): string {
  const day = calendarDay(startMs, timezone)
  if (period === 'week') return isoWeek(day)
  const month = `${String(day.year).padStart(4, '0')}-${String(day.month).padStart(2, '0')}`
  return period === 'month' ? month : `${month}-${String(day.day).padStart(2, '0')}`
}

/**
 * Reads a moment as a person or a tool gives it: `2026-11-20` (the day's first moment in the zone), an ISO time with an
 * offset or `Z`, an ISO time without one (meant in the zone), or `today`, `yesterday`, `7d`, `24h` and `30m` ago.
 *
 * @param edge `end` makes a bare day mean the first moment of the next one, so that `--to 2026-11-20` includes that day
 * @throws AppError `invalid` with the value
 */
export function parseMoment(text: string, nowMs: number, timezone: string, edge: 'start' | 'end' = 'start'): number {
  const word = text.trim().toLowerCase()
  const today = calendarDay(nowMs, timezone)
  const named = word === 'today' ? today : word === 'yesterday' ? addDays(today, -1) : parseDay(word)
  if (named) return startOfDay(edge === 'end' ? addDays(named, 1) : named, timezone)
  const ago = /^(\d{1,6})(m|h|d|w)$/.exec(word)
  if (ago) return nowMs - Number(ago[1]) * AGO_MS[ago[2] as keyof typeof AGO_MS]
  const local = /^(\d{4}-\d{2}-\d{2})[t ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?$/.exec(word)
  const localDay = local?.[1] ? parseDay(local[1]) : undefined
  if (local && localDay && Number(local[2]) < 24 && Number(local[3]) < 60 && Number(local[4] ?? 0) < 60) {
    const intoDay = Number(local[2]) * 3_600_000 + Number(local[3]) * 60_000 + Number(local[4] ?? 0) * 1000
    return atLocalTime(localDay, intoDay + Number((local[5] ?? '').padEnd(3, '0')), timezone)
  }
  const zoned = /^\d{4}-\d{2}-\d{2}t.*(?:z|[+-]\d{2}:?\d{2})$/.test(word) ? Date.parse(text.trim()) : Number.NaN
  if (!Number.isNaN(zoned)) return zoned
  throw new AppError('invalid', `${shownValue(text)} is not a date or time`, {
    hint: 'use 2026-11-20, 2026-11-20T14:28, today, yesterday, 7d or 24h',
    repair: { typed: text, by: '7d' },
  })
}

const AGO_MS = { m: 60_000, h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS }

function parseDay(text: string): CalendarDay | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!match) return undefined
  const day = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) }
  const real = new Date(Date.UTC(day.year, day.month - 1, day.day))
  return day.year >= 1 && real.getUTCMonth() + 1 === day.month && real.getUTCDate() === day.day ? day : undefined
}

/** The first moment at which the clock on the wall reads this time, or the first after a gap that swallowed it. */
function atLocalTime(day: CalendarDay, intoDayMs: number, timezone: string): number {
  const wanted = Date.UTC(day.year, day.month - 1, day.day) + intoDayMs
  const first = wanted - offsetAt(wanted - WIDEST_OFFSET_MS, timezone)
  if (localTime(first, timezone) === wanted) return first
  const second = wanted - offsetAt(wanted + WIDEST_OFFSET_MS, timezone)
  return localTime(second, timezone) === wanted ? second : first
}

function firstDay(period: Period, day: CalendarDay): CalendarDay {
  if (period === 'day') return day
  if (period === 'month') return { ...day, day: 1 }
  return addDays(day, -weekday(day))
}

function nextDay(period: Period, day: CalendarDay): CalendarDay {
  if (period === 'month') return addDays({ ...day, day: 1 }, daysInMonth(day))
  return addDays(day, period === 'week' ? 7 : 1)
}

/** 0 for Monday. */
function weekday(day: CalendarDay): number {
  return (new Date(Date.UTC(day.year, day.month - 1, day.day)).getUTCDay() + 6) % 7
}

function daysInMonth(day: CalendarDay): number {
  return new Date(Date.UTC(day.year, day.month, 0)).getUTCDate()
}

export function addDays(day: CalendarDay, days: number): CalendarDay {
  const moved = new Date(Date.UTC(day.year, day.month - 1, day.day + days))
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() }
}

/** The ISO week that holds a day: it belongs to the year its Thursday is in. */
function isoWeek(day: CalendarDay): string {
  const thursday = addDays(day, 3 - weekday(day))
  const dayOfYear = (Date.UTC(thursday.year, thursday.month - 1, thursday.day) - Date.UTC(thursday.year, 0, 1)) / DAY_MS
  return `${String(thursday.year).padStart(4, '0')}-W${String(Math.floor(dayOfYear / 7) + 1).padStart(2, '0')}`
}

function localTime(atMs: number, timezone: string): number {
  return atMs + offsetAt(atMs, timezone)
}
