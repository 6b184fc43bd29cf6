/**
 * Offsets of IANA zones, by `Temporal` where the runtime has it (Node 26) and by `Intl` elsewhere (Node 24).
 *
 * The first use of `Intl.DateTimeFormat` in a process costs 13 to 20 ms, of `Temporal` half a millisecond (Node 26.10,
 * measured November 2026): a third of what a whole command may take.
 */

interface ZonedTime {
  readonly offsetNanoseconds: number
}

interface TemporalGlobal {
  Now: { timeZoneId(): string }
  Instant: { fromEpochMilliseconds(ms: number): { toZonedDateTimeISO(timezone: string): ZonedTime } }
}

const temporal = (globalThis as { Temporal?: TemporalGlobal }).Temporal

/** The zone of this machine, as an IANA name. */
export function systemTimezone(): string {
  return (temporal ? temporal.Now.timeZoneId() : new Intl.DateTimeFormat().resolvedOptions().timeZone) || 'UTC'
}

/**
 * Milliseconds to add to UTC for the time on the wall.
 *
 * @param atMs Unix milliseconds
 * @throws RangeError for a zone that is not known
 */
export function offsetAt(atMs: number, timezone: string): number {
  if (timezone === 'UTC') return 0
  const whole = Math.floor(atMs / 1000) * 1000
  return temporal
    ? temporal.Instant.fromEpochMilliseconds(whole).toZonedDateTimeISO(timezone).offsetNanoseconds / 1e6
    : offsetByIntl(whole, timezone)
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** The same without `Temporal`, for whole seconds. */
export function offsetByIntl(wholeMs: number, timezone: string): number {
  let clock = clocks.get(timezone)
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    clocks.set(timezone, clock)
  }
  const part: Record<string, number> = {}
  for (const { type, value } of clock.formatToParts(wholeMs)) part[type] = Number(value)
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) - wholeMs
}
