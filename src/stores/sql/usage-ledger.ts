import type { Connection } from './connection.ts'
import { TOKEN_COLUMNS } from './token-columns.ts'
import type { TokenRow } from './token-columns.ts'
import { QUARTER_MS } from './usage-sums.ts'

/** The part of a usage row that its quarter's sums are made of. */
export interface Counted extends TokenRow {
  at_ms: number
  model_id: number
  cost_microdollars: number | null
}

/** Differences to the sums by session, quarter and model, written once at the end of a transaction. */
export interface UsageLedger {
  /** @param sign 1 when the row begins to count, -1 when it stops */
  count(sessionId: number, row: Counted, sign: 1 | -1): void
  write(connection: Connection, workspaceId: number): Promise<void>
}

const COLUMNS = ['responses', ...TOKEN_COLUMNS, 'cost_microdollars', 'unpriced_tokens', 'unpriced_responses'] as const

const UPSERT = `INSERT INTO usage_quarter (workspace_id, session_id, quarter, model_id, ${COLUMNS.join(', ')})
  VALUES (?, ?, ?, ?, ${COLUMNS.map(() => '?').join(', ')})
  ON CONFLICT (workspace_id, session_id, quarter, model_id) DO UPDATE SET
  ${COLUMNS.map((column) => `${column} = usage_quarter.${column} + excluded.${column}`).join(', ')}`

export function usageLedger(): UsageLedger {
  const sums = new Map<string, { place: [number, number, number]; sum: number[] }>()
  return {
    count(sessionId, row, sign) {
      const place: [number, number, number] = [sessionId, Math.floor(row.at_ms / QUARTER_MS), row.model_id]
      const key = place.join(':')
      const known = sums.get(key) ?? { place, sum: COLUMNS.map(() => 0) }
      sums.set(key, known)
      for (const [i, value] of amounts(row).entries()) known.sum[i] = (known.sum[i] as number) + sign * value
    },
    async write(connection, workspaceId) {
      for (const { place, sum } of sums.values()) {
        if (sum.every((value) => value === 0)) continue
        await connection.run(UPSERT, [workspaceId, ...place, ...sum])
        if ((sum[0] as number) >= 0) continue
        await connection.run(
          `DELETE FROM usage_quarter
           WHERE workspace_id = ? AND session_id = ? AND quarter = ? AND model_id = ? AND responses = 0`,
          [workspaceId, ...place],
        )
      }
      sums.clear()
    },
  }
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
