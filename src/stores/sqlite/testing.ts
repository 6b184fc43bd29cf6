import { StatementSync } from 'node:sqlite'
import type { Value } from '../sql/connection.ts'

/** A statement that was asked, with how many rows came back. */
export interface Asked {
  sql: string
  values: Value[]
  rows: number
}

/** What a piece of work asks of SQLite, in this process; for tests of what questions cost. */
export async function statementsOf(work: () => Promise<unknown>): Promise<Asked[]> {
  const asked: Asked[] = []
  const all = StatementSync.prototype.all
  StatementSync.prototype.all = function (this: StatementSync, ...values: Value[]) {
    const rows = all.apply(this, values as never)
    if (!this.sourceSQL.startsWith('PRAGMA')) asked.push({ sql: this.sourceSQL, values, rows: rows.length })
    return rows
  } as typeof all
  try {
    await work()
  } finally {
    StatementSync.prototype.all = all
  }
  return asked
}
