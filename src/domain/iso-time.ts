const DAY_MS = 86_400_000
/** The first moment of the year 10000, from which on ISO-8601 needs a sign. */
const END_MS = 253_402_300_800_000

/** The day that was asked for last: what is listed together mostly happened on one. */
let known = { day: Number.NaN, text: '' }

/** Unix milliseconds as ISO-8601 UTC, as `toISOString` writes it, in a quarter of its time. @throws RangeError for what is no date */
export function isoTime(ms: number): string {
  if (!(Number.isInteger(ms) && ms >= 0 && ms < END_MS)) return new Date(ms).toISOString()
  const day = Math.floor(ms / DAY_MS)
  if (day !== known.day) known = { day, text: new Date(day * DAY_MS).toISOString().slice(0, 11) }
  const rest = ms - day * DAY_MS
  const seconds = Math.floor(rest / 1000)
  const minutes = Math.floor(seconds / 60)
  const milliseconds = String(rest % 1000).padStart(3, '0')
  return `${known.text}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}.${milliseconds}Z`
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
