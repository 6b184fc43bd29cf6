import * as z from 'zod/mini'

/** Field makers shared by operations, so that one thing is asked for in one way everywhere. */

/** A line of text; empty or blank is an error. */
export function text(describe: string) {
  return z.string().check(z.regex(/\S/), z.describe(describe))
}

export function choice<const Values extends readonly [string, ...string[]]>(values: Values, describe: string) {
  return z.enum(values).check(z.describe(describe))
}

/** Facts of a caller's own, by name. */
export function map(describe: string) {
  return z.record(z.string(), z.unknown()).check(z.describe(describe))
}

/** Off unless asked for. */
export function flag(describe: string) {
  return z._default(z.boolean(), false).check(z.describe(describe))
}

/** How many rows a page has, 1 to 1,000. */
export function limit(usual: number) {
  return z._default(z.int().check(z.gte(1), z.lte(1000)), usual).check(z.describe('rows to show, 1 to 1000'))
}

export const cursor = z.optional(text('where to go on: nextCursor of the page before'))

export const sessionWord = text('a session: key, ref, number, id, or the first letters of one')

/** What narrows sums and lists; taken by usage operations and `session stats`. */
export const filterFields = {
  agent: z.optional(text('only this agent, as in claude-code')),
  project: z.optional(text('only this project: name, path or origin')),
  since: z.optional(text('from this day or time on: 2026-11-20, today, yesterday, 7d, 2026-11-20T09:00')),
  until: z.optional(text('through this day, or up to this time')),
}

export const pageFields = (usual: number) => ({ limit: limit(usual), cursor })

/** Beside `pageFields`, where rows are also asked for by number. */
export const offset = z.optional(
  z.int().check(z.gte(0), z.lte(10_000_000), z.describe('leave out so many rows from the start')),
)
