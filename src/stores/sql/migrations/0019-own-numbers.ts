import type { Migration } from '../migration.ts'

/**
 * What a response's row said itself, where it counts with the numbers of a better copy: they come back when the copy goes, and
 * what is read later is compared with them.
 */
export const ownNumbers: Migration = {
  version: 19,
  name: 'own numbers',
  statements: ({ integer, keyed }) => [
    `CREATE TABLE usage_own (
      workspace_id ${integer} NOT NULL, transcript_id ${integer} NOT NULL, usage_id ${integer} NOT NULL, model_id ${integer} NOT NULL,
      tier_id ${integer}, input_tokens ${integer} NOT NULL, output_tokens ${integer} NOT NULL, cache_read_tokens ${integer} NOT NULL,
      cache_write_tokens ${integer} NOT NULL, cache_write_1h_tokens ${integer} NOT NULL, reasoning_tokens ${integer} NOT NULL,
      cost_microdollars ${integer}, cost_source ${integer} NOT NULL, price_date_id ${integer},
      PRIMARY KEY (workspace_id, transcript_id, usage_id))${keyed}`,
  ],
}
