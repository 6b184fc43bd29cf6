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
