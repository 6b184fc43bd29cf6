import type { Migration } from '../migration.ts'

/**
 * Sums of each session's counted usage by model, kept beside those by quarter of an hour: whoever asks for all of a session,
 * or of all sessions, reads one row for each.
 */
export const sessionUsage: Migration = {
  version: 8,
  name: 'session usage',
  statements: ({ integer, keyed }) => [
    `CREATE TABLE usage_session (
      workspace_id ${integer} NOT NULL, session_id ${integer} NOT NULL, model_id ${integer} NOT NULL,
      ${SUMS.map((column) => `${column} ${integer} NOT NULL`).join(', ')},
      PRIMARY KEY (workspace_id, session_id, model_id))${keyed}`,
    `INSERT INTO usage_session (workspace_id, session_id, model_id, ${SUMS.join(', ')})
     SELECT workspace_id, session_id, model_id, ${SUMS.map((column) => `CAST(SUM(${column}) AS BIGINT)`).join(', ')}
     FROM usage_quarter GROUP BY workspace_id, session_id, model_id HAVING SUM(responses) > 0`,
  ],
}

/** What is summed of usage. */
export const SUMS = [
  'responses',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'reasoning_tokens',
  'cost_microdollars',
  'unpriced_tokens',
  'unpriced_responses',
]
