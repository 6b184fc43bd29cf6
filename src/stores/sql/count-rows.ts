import type { Condition } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'

/**
 * How many rows a condition leaves.
 *
 * @param from `FROM activity a`, with its joins
 * @param what what is counted, where rows repeat it: `DISTINCT c.path_id`
 */
export async function countRows(connection: Connection, from: string, where: Condition, what = '*'): Promise<number> {
  const row = await first<{ total: number }>(
    connection,
    `SELECT COUNT(${what}) AS total ${from} WHERE ${where.sql}`,
    where.values,
  )
  return row?.total ?? 0
}
