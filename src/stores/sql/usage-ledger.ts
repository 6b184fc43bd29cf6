import type { Connection } from './connection.ts'
import { TOKEN_COLUMNS } from './token-columns.ts'
import type { TokenRow } from './token-columns.ts'
import { QUARTER_MS } from './usage-sums.ts'
import { staleSessions } from './work-stale.ts'

/** The part of a usage row that its quarter's sums are made of. */
export interface Counted extends TokenRow {
  at_ms: number
  model_id: number
  cost_microdollars: number | null
}

/** Differences to the sums by session, quarter and model, and by model alone, written once at the end of a transaction. */
export interface UsageLedger {
  /** @param sign 1 when the row begins to count, -1 when it stops */
  count(sessionId: number, row: Counted, sign: 1 | -1): void
  write(connection: Connection, workspaceId: number): Promise<void>
}

const COLUMNS = ['responses', ...TOKEN_COLUMNS, 'cost_microdollars', 'unpriced_tokens', 'unpriced_responses'] as const

/** The tables of sums, with what a row of each stands for. */
const QUARTER = sumTable('usage_quarter', ['session_id', 'quarter', 'model_id'])
const SESSION = sumTable('usage_session', ['session_id', 'model_id'])
const MODEL = sumTable('usage_model', ['model_id'])

interface SumTable {
  upsert: string
  removeEmpty: string
}

function sumTable(table: string, place: readonly string[]): SumTable {
  const key = ['workspace_id', ...place]
  return {
    upsert: `INSERT INTO ${table} (${[...key, ...COLUMNS].join(', ')}) VALUES (${[...key, ...COLUMNS].map(() => '?').join(', ')})
      ON CONFLICT (${key.join(', ')}) DO UPDATE SET
      ${COLUMNS.map((column) => `${column} = ${table}.${column} + excluded.${column}`).join(', ')}`,
    removeEmpty: `DELETE FROM ${table} WHERE ${key.map((column) => `${column} = ?`).join(' AND ')} AND responses = 0`,
  }
}

/** Differences of one table, by place. */
type Sums = Map<string, { place: number[]; sum: number[] }>

export function usageLedger(): UsageLedger {
  const quarters: Sums = new Map()
  const sessions: Sums = new Map()
  const models: Sums = new Map()
  return {
    count(sessionId, row, sign) {
      const change = amounts(row)
      add(quarters, [sessionId, Math.floor(row.at_ms / QUARTER_MS), row.model_id], change, sign)
      add(sessions, [sessionId, row.model_id], change, sign)
      add(models, [row.model_id], change, sign)
    },
    async write(connection, workspaceId) {
      await staleSessions(connection, [...new Set([...sessions.values()].map(({ place }) => place[0] as number))])
      await write(connection, workspaceId, QUARTER, quarters)
      await write(connection, workspaceId, SESSION, sessions)
      await write(connection, workspaceId, MODEL, models)
    },
  }
}

function add(sums: Sums, place: number[], change: readonly number[], sign: 1 | -1): void {
  const key = place.join(':')
  const known = sums.get(key)
  const sum = known?.sum ?? change.map(() => 0)
  if (!known) sums.set(key, { place, sum })
  for (let i = 0; i < change.length; i++) sum[i] = (sum[i] as number) + sign * (change[i] as number)
}

async function write(connection: Connection, workspaceId: number, table: SumTable, sums: Sums): Promise<void> {
  for (const { place, sum } of sums.values()) {
    if (sum.every((value) => value === 0)) continue
    await connection.run(table.upsert, [workspaceId, ...place, ...sum])
    if ((sum[0] as number) < 0) await connection.run(table.removeEmpty, [workspaceId, ...place])
  }
  sums.clear()
}

function amounts(row: Counted): number[] {
  const unpriced = row.cost_microdollars === null
  const tokens = row.input_tokens + row.output_tokens + row.cache_read_tokens + row.cache_write_tokens
  return [
    1,
    ...TOKEN_COLUMNS.map((column) => row[column]),
    row.cost_microdollars ?? 0,
    unpriced ? tokens : 0,
    unpriced ? 1 : 0,
  ]
}
