import type { TokenCounts } from '../../domain/usage.ts'

/** The counts of a response, in the order every table of usage has them. */
export const TOKEN_COLUMNS = [
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'reasoning_tokens',
] as const

/** A row with these counts. */
export type TokenRow = Record<(typeof TOKEN_COLUMNS)[number], number>

export function toCounts(row: TokenRow): TokenCounts {
  return {
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cacheReadTokens: row.cache_read_tokens,
    cacheWriteTokens: row.cache_write_tokens,
    cacheWrite1hTokens: row.cache_write_1h_tokens,
    reasoningTokens: row.reasoning_tokens,
  }
}
