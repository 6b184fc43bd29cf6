/**
 * Figures as every face writes them: money, tokens, durations, times. Pure; now and the time zone are handed in.
 */
import { offsetAt } from './zone.ts'

const UNKNOWN = '–'
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Adds thousands separators: `1234567` to `1,234,567`. Rounds to whole numbers. */
export function formatCount(value: number): string {
  return groupThousands(Math.round(value).toFixed(0))
}

export interface MoneyFormat {
  /** A headline leaves the cents out from $1,000; tables keep them. */
  headline?: boolean
  /** Ends in `+`: parts of the sum have no price. */
  incomplete?: boolean
}

/**
 * Money for reading: `$4.37`, `<$0.01` for something under a cent, `$1,284.20`, `$0.00` only for nothing.
 *
 * @param microdollars integer micro-dollars, null when unpriced (`unpriced`)
 */
export function formatMoney(microdollars: number | null, format: MoneyFormat = {}): string {
  if (microdollars === null || !Number.isFinite(microdollars)) return 'unpriced'
  const plus = format.incomplete ? '+' : ''
  const sign = microdollars < 0 ? '-' : ''
  const size = Math.abs(Math.round(microdollars))
  if (size > 0 && size < 10_000) return `${sign}<$0.01${plus}`
  const cents = Math.floor((size + 5_000) / 10_000)
  if (format.headline && cents >= 100_000) {
    return `${sign}$${groupThousands(String(Math.floor((size + 500_000) / 1_000_000)))}${plus}`
  }
  const dollars = groupThousands(String(Math.floor(cents / 100)))
  return `${sign}$${dollars}.${String(cents % 100).padStart(2, '0')}${plus}`
}

/** Tokens in prose: exact below 10,000 (`9,999`), then three digits: `41.2k`, `182k`, `4.61M`, `1.08B`, `1.23T`. */
export function formatTokens(tokens: number): string {
  const count = Math.round(tokens)
  if (Math.abs(count) < 10_000) return formatCount(count)
  for (const [unit, size] of TOKEN_UNITS) {
    const scaled = count / size
    const text = threeDigits(scaled)
    // 999,950 is 1.00M, not 1000k.
    if (Number(text) < 1000 || unit === 'T') return `${text}${unit}`
  }
  return formatCount(count)
}

const TOKEN_UNITS: [string, number][] = [
  ['k', 1e3],
  ['M', 1e6],
  ['B', 1e9],
  ['T', 1e12],
]

function threeDigits(value: number): string {
  const size = Math.abs(value)
  const decimals = size < 9.995 ? 2 : size < 99.95 ? 1 : 0
  return value.toFixed(decimals)
}

/**
 * A duration, cut (never rounded up) to what is worth saying: `340ms`, `8.4s`, `42s`, `14m`, `1h 12m`, `128h`. No days, no
 * `0h`; minutes stay until 100 hours. Negative durations are 0; null is `–`.
 */
export function formatDuration(durationMs: number | null): string {
  if (durationMs === null || !Number.isFinite(durationMs)) return UNKNOWN
  const ms = Math.max(0, Math.floor(durationMs))
  if (ms < SECOND) return `${ms}ms`
  if (ms < 10 * SECOND) return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)}s`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m`
  const hours = Math.floor(ms / HOUR)
  if (hours >= 100) return `${hours}h`
  const minutes = Math.floor((ms % HOUR) / MINUTE)
  return minutes === 0 ? `${hours}h` : `${hours}h ${String(minutes).padStart(2, '0')}m`
}

/** How long work took, as `formatDuration`; `–` where nothing is measured: a single moment has no length. */
export function formatWorkTime(durationMs: number | null): string {
  return formatDuration(durationMs === 0 ? null : durationMs)
}

/** A duration with its seconds, where they matter: `14m 32s`, else as `formatDuration`. */
export function formatDurationExact(durationMs: number | null): string {
  if (durationMs === null || !Number.isFinite(durationMs) || durationMs < MINUTE || durationMs >= HOUR) {
    return formatDuration(durationMs)
  }
  const seconds = Math.floor((durationMs % MINUTE) / SECOND)
  return `${Math.floor(durationMs / MINUTE)}m ${String(seconds).padStart(2, '0')}s`
}

/** Bytes in powers of 1000, as `231 MB`; exact below 1 kB. */
export function formatBytes(sizeBytes: number): string {
  if (sizeBytes < 1000) return `${Math.round(sizeBytes)} B`
  let size = sizeBytes
  let unit = 'B'
  for (const next of ['kB', 'MB', 'GB', 'TB']) {
    if (Math.round(size) < 1000) break
    size /= 1000
    unit = next
  }
  return `${size < 9.95 && unit !== 'kB' ? size.toFixed(1) : Math.round(size)} ${unit}`
}

/**
 * A time for narrow columns: `12s`, `9m`, `2h` of age up to a day, then a point in time; see `formatClockTime`. A time that
 * has not come yet is written in full.
 *
 * @param timezone IANA zone in which days and hours are meant
 */
export function formatTimeShort(atMs: number | null, nowMs: number, timezone: string): string {
  if (atMs === null || !Number.isFinite(atMs)) return UNKNOWN
  const age = nowMs - atMs
  return age >= 0 && age < DAY ? shortAge(age) : formatClockTime(atMs, nowMs, timezone)
}

/** A point in time, never relative: `Fri 14:28` within six days, `3 Nov 14:28` in the same year, else `3 Nov 2025`. */
export function formatClockTime(atMs: number, nowMs: number, timezone: string): string {
  const at = localParts(atMs, timezone)
  const now = localParts(nowMs, timezone)
  const clock = `${at.hour}:${at.minute}`
  const age = nowMs - atMs
  if (age >= 0 && age < 6 * DAY) return `${at.weekday} ${clock}`
  return at.year === now.year ? `${at.day} ${at.month} ${clock}` : `${at.day} ${at.month} ${at.year}`
}

/** A calendar day for tables: `Fri 20 Nov`, with the year where it is not this one: `Fri 20 Nov 2025`. */
export function formatDay(atMs: number, nowMs: number, timezone: string): string {
  const at = localParts(atMs, timezone)
  const day = `${at.weekday} ${at.day} ${at.month}`
  return at.year === localParts(nowMs, timezone).year ? day : `${day} ${at.year}`
}

/** Local date and time to the second, with the zone's offset: `2026-11-20 14:28:03 +01:00`. */
export function formatTimeExact(atMs: number, timezone: string): string {
  const at = localParts(atMs, timezone)
  const date = `${at.year.padStart(4, '0')}-${at.monthNumber}-${at.day.padStart(2, '0')}`
  return `${date} ${at.hour}:${at.minute}:${at.second} ${at.offset}`
}

/** `1 session`, `0 sessions`. `many` is given where it is not `one` and an s. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

function shortAge(ageMs: number): string {
  if (ageMs < MINUTE) return `${Math.floor(ageMs / SECOND)}s`
  if (ageMs < HOUR) return `${Math.floor(ageMs / MINUTE)}m`
  return `${Math.floor(ageMs / HOUR)}h`
}

function groupThousands(digits: string): string {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, ',')
}

interface LocalParts {
  weekday: string
  day: string
  month: string
  monthNumber: string
  year: string
  hour: string
  minute: string
  second: string
  offset: string
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

function localParts(atMs: number, timezone: string): LocalParts {
  const offsetMs = offsetAt(atMs, timezone)
  const local = new Date(atMs + offsetMs)
  const month = local.getUTCMonth()
  return {
    weekday: WEEKDAYS[local.getUTCDay()] ?? '',
    day: String(local.getUTCDate()),
    month: MONTHS[month] ?? '',
    monthNumber: twoDigits(month + 1),
    year: String(local.getUTCFullYear()),
    hour: twoDigits(local.getUTCHours()),
    minute: twoDigits(local.getUTCMinutes()),
    second: twoDigits(local.getUTCSeconds()),
    offset: offsetText(offsetMs),
  }
}

function offsetText(offsetMs: number): string {
  const minutes = Math.floor(Math.abs(offsetMs) / MINUTE)
  return `${offsetMs < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
