import type { Condition } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { answersUntilWritten } from './until-written.ts'

/**
 * How many rows a condition leaves. Who goes through a long list asks for the same total with every page: it holds until somebody
 * writes.
 *
 * @param from `FROM activity a`, with its joins
 * @param what what is counted, where rows repeat it: `DISTINCT c.path_id`
 */
export async function countRows(connection: Connection, from: string, where: Condition, what = '*'): Promise<number> {
  const sql = `SELECT COUNT(${what}) AS total ${from} WHERE ${where.sql}`
  const question = `${sql}\0${where.values.join('\0')}`
  const answers = await answersUntilWritten(connection)
  const known = answers?.get(question)
  if (known !== undefined) return known as number
  const row = await first<{ total: number }>(connection, sql, where.values)
  const total = row?.total ?? 0
  answers?.keep(question, total)
  return total
}
