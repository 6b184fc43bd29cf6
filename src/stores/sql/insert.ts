import { placeholders } from './connection.ts'
import type { Connection, Value } from './connection.ts'

/** Rows in one INSERT: measured best for narrow rows, and one statement text for all but the last. */
const ROWS_AT_ONCE = 48

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
  const step = ROWS_AT_ONCE * width
  let inserted = 0
  for (let i = 0; i < values.length; i += step) {
    const part = i === 0 && values.length <= step ? values : values.slice(i, i + step)
    inserted += await connection.run(`${into} VALUES ${tuples(width, part.length / width)} ${suffix}`, part)
  }
  return inserted
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
