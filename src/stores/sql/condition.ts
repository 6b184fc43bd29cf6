import type { Value } from './connection.ts'

/** A piece of a WHERE clause with the values of its `?`. */
export interface Condition {
  sql: string
  values: Value[]
}

export function is(sql: string, ...values: Value[]): Condition {
  return { sql, values }
}

/** Joins what is there by AND; `undefined` and `false` are left out, so that a filter reads as a list of its fields. */
export function every(...parts: (Condition | undefined | false)[]): Condition {
  const present = parts.filter((part) => part !== undefined && part !== false)
  if (present.length === 0) return { sql: '1 = 1', values: [] }
  return { sql: present.map((part) => part.sql).join(' AND '), values: present.flatMap((part) => part.values) }
}

/** `column IN (...)`; matches nothing when the list is empty. */
export function among(column: string, values: readonly Value[]): Condition {
  if (values.length === 0) return is('1 = 0')
  const padded = padList(values)
  return { sql: `${column} IN (${padded.map(() => '?').join(', ')})`, values: padded }
}

/** Longest text that is looked for inside others, in characters: SQLite takes patterns of 50,000 bytes. */
export const LONGEST_PATTERN = 10_000

/** Text that appears anywhere in one of the columns, ignoring the case of letters. Text above `LONGEST_PATTERN` is in none. */
export function contains(columns: readonly string[], text: string): Condition {
  if (text.length > LONGEST_PATTERN) return is('1 = 0')
  const pattern = `%${text.toLowerCase().replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
  const sql = columns.map((column) => `lower(${column}) LIKE ? ESCAPE '\\'`).join(' OR ')
  return { sql: `(${sql})`, values: columns.map(() => pattern) }
}

/** As `contains`, with either sign between folders for either: paths of all systems lie together. */
export function containsPath(column: string, text: string): Condition {
  const ways = [...new Set([text, text.replaceAll('\\', '/'), text.replaceAll('/', '\\')])].map((way) =>
    contains([column], way),
  )
  return is(`(${ways.map(({ sql }) => sql).join(' OR ')})`, ...ways.flatMap(({ values }) => values))
}

/** Longest list that goes into one statement; longer ones are cut by `lists`. */
const LONGEST_LIST = 512

/** Cuts values into lists for `among`. */
export function* lists<T>(values: readonly T[]): Generator<T[]> {
  for (let i = 0; i < values.length; i += LONGEST_LIST) yield values.slice(i, i + LONGEST_LIST)
}

// A prepared statement is kept per text, so lists come in few lengths: the last value is repeated.
function padList(values: readonly Value[]): Value[] {
  const length = values.length <= 1 ? 1 : values.length <= 8 ? 8 : values.length <= 64 ? 64 : values.length
  return Array.from({ length }, (_, i) => values[Math.min(i, values.length - 1)] as Value)
}
