import type { Condition } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'

/** Totals that hold until somebody writes: who goes through a long list asks for the same one with every page. */
interface Remembered {
  version: number
  totals: Map<string, number>
}

const remembered = new WeakMap<Connection, Remembered>()
const MOST_TOTALS = 200

/**
 * How many rows a condition leaves.
 *
 * @param from `FROM activity a`, with its joins
 * @param what what is counted, where rows repeat it: `DISTINCT c.path_id`
 */
export async function countRows(connection: Connection, from: string, where: Condition, what = '*'): Promise<number> {
  const sql = `SELECT COUNT(${what}) AS total ${from} WHERE ${where.sql}`
  // Asked before counting: where somebody writes in between, it is counted once more than needed.
  const version = await connection.version?.()
  const totals = version === undefined ? undefined : totalsOf(connection, version)
  const key = `${sql}\0${where.values.join('\0')}`
  const known = totals?.get(key)
  if (known !== undefined) return known
  const row = await first<{ total: number }>(connection, sql, where.values)
  const total = row?.total ?? 0
  if (totals && totals.size < MOST_TOTALS) totals.set(key, total)
  return total
}

function totalsOf(connection: Connection, version: number): Map<string, number> {
  let held = remembered.get(connection)
  if (held?.version !== version) {
    held = { version, totals: new Map() }
    remembered.set(connection, held)
  }
  return held.totals
}
