import { placeholders } from './connection.ts'
import type { Connection, Value } from './connection.ts'

/** Rows in one INSERT at most: measured best for narrow rows. */
const ROWS_AT_ONCE = 48
/** Up to so many there is a statement for every number of rows; beyond, few sizes are put together, so that few texts exist. */
const EVERY_NUMBER = 8

/**
 * Inserts many rows of one shape with few statements.
 *
 * @param into `INSERT INTO entry (id, ...)`, without VALUES
 * @param values all rows' values one after the other
 * @param suffix such as `ON CONFLICT DO NOTHING`
 * @returns how many rows were inserted
 */
export async function insertMany(
  connection: Connection,
  into: string,
  width: number,
  values: readonly Value[],
  suffix = '',
): Promise<number> {
  let inserted = 0
  for (let from = 0; from < values.length;) {
    const rows = rowsAtOnce((values.length - from) / width)
    const to = from + rows * width
    const part = to - from === values.length ? values : values.slice(from, to)
    inserted += await connection.run(`${into} VALUES ${tuples(width, rows)} ${suffix}`, part)
    from = to
  }
  return inserted
}

/** How many of the rows that are left go into the next statement. */
export function rowsAtOnce(left: number): number {
  if (left <= EVERY_NUMBER) return left
  let rows = ROWS_AT_ONCE
  while (rows > left) rows /= 2
  return Math.max(rows, EVERY_NUMBER)
}

const texts = new Map<number, string>()

function tuples(width: number, rows: number): string {
  const key = width * 1000 + rows
  const known = texts.get(key)
  if (known !== undefined) return known
  const text = placeholders(width, rows)
  texts.set(key, text)
  return text
}
