import type { Batch } from './batch.ts'

/** A JSON object whose fields may be anything: transcripts are checked field by field, by hand, because this is the hot loop. */
export type Json = Record<string, unknown>

export function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

/** Text that says something, fit to be stored; `undefined` for the empty string too. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? storable(value) : undefined
}

/** Text without halves of surrogate pairs and without NUL: both come in by cut or binary command output, no database takes them. */
export function storable(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '') : whole
}

/** A duration in milliseconds; `undefined` unless finite and not negative. */
export function asDuration(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined
}

const SCAN = 1000

/**
 * How much of a title is taken from beside a transcript: it is redacted before it is cut to `TITLE_LIMIT`, for half a secret is
 * not known as one.
 */
export const RAW_TITLE_LIMIT = 1000
export const TITLE_LIMIT = 200

/** One line of at most `limit` characters: runs of space and control characters become one space, a cut ends in `…`. */
export function oneLine(text: string, limit: number): string {
  const line = text
    .slice(0, SCAN)
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim()
  const cut = line.length > limit || (text.length > SCAN && line.length > 0)
  return (cut ? `${withoutHalf(line.slice(0, limit - 1))}…` : line).toWellFormed()
}

/** Text without the first half of a pair that a cut left at its end. */
function withoutHalf(text: string): string {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text
}

/** The first line of text that is not blank. */
export function firstLine(text: string): string {
  const start = text.slice(0, SCAN * 4).trimStart()
  const end = start.indexOf('\n')
  return end < 0 ? start : start.slice(0, end)
}

const PROBLEMS_PER_BATCH = 200

/** Notes damaged input. A file of nothing but damage does not become a list as long as itself. */
export function addProblem(batch: Batch, line: number, reason: string): void {
  const count = batch.problems.length
  if (count < PROBLEMS_PER_BATCH) batch.problems.push({ line, reason })
  else if (count === PROBLEMS_PER_BATCH)
    batch.problems.push({ line, reason: 'more damaged records follow, not listed' })
}

const UNKNOWN_NAMES = 100

/** Counts a record type, field or block the parser does not know: by name, and only where it looks like one. */
export function countUnknown(batch: Batch, prefix: string, name: unknown): void {
  const sane = typeof name === 'string' && /^[\w.-]{1,60}$/.test(name)
  const key = `${prefix}${sane ? name : '?'}`
  const known = batch.unknown[key]
  if (known !== undefined) batch.unknown[key] = known + 1
  else if (Object.keys(batch.unknown).length < UNKNOWN_NAMES) batch.unknown[key] = 1
}

/** The fence around text that Daybook hands to an agent: it comes back in transcripts, and is ours. */
export const FENCE = '<daybook-record'

/** Whether a message is nothing but what Daybook handed over: nobody typed it. Who writes of the tag goes on to say more. */
export function isOurs(text: string): boolean {
  return text.slice(0, 200).trimStart().startsWith(FENCE)
}
