import type { Migration } from '../migration.ts'

/**
 * What sessions ever did, added up by the hour they began in, and once more by project and day: in numbers that the engine adds,
 * and with what it takes to tell whether all of it lies in a range. Takes the place of `work_day`; marks stay by day
 * (`work_stale`).
 *
 * One row of `model_id` 0 holds what is not by model: `stretches` are beginnings and lengths in Unix milliseconds, merged, and
 * `session_ids` row ids, both with commas between. `latest_ms`: nothing of them lies at it or behind it. `is_long`: they go on for
 * longer than hour or day, and would keep the others out of ranges.
 */
export const workSums: Migration = {
  version: 18,
  name: 'work sums',
  statements: ({ integer, keyed }) => [
    'DROP TABLE work_day',
    `CREATE TABLE work_sum (
      workspace_id ${integer} NOT NULL, by_project ${integer} NOT NULL, slot ${integer} NOT NULL, agent TEXT NOT NULL,
      project_id ${integer} NOT NULL, user_id TEXT NOT NULL, stood ${integer} NOT NULL, is_long ${integer} NOT NULL,
      model_id ${integer} NOT NULL, latest_ms ${integer} NOT NULL,
      sessions ${integer} NOT NULL, calls ${integer} NOT NULL, failed ${integer} NOT NULL, active_ms ${integer} NOT NULL,
      stretches TEXT, session_ids TEXT, responses ${integer} NOT NULL, input_tokens ${integer} NOT NULL,
      output_tokens ${integer} NOT NULL, cache_read_tokens ${integer} NOT NULL, cache_write_tokens ${integer} NOT NULL,
      cache_write_1h_tokens ${integer} NOT NULL, reasoning_tokens ${integer} NOT NULL,
      cost_microdollars ${integer} NOT NULL, unpriced_tokens ${integer} NOT NULL, unpriced_responses ${integer} NOT NULL,
      PRIMARY KEY (workspace_id, by_project, project_id, model_id, slot, agent, user_id, stood, is_long))${keyed}`,
    `INSERT INTO work_stale (workspace_id, day, changes)
     SELECT DISTINCT workspace_id, started_ms / 86400000, 1 FROM session WHERE 1 = 1
     ON CONFLICT (workspace_id, day) DO UPDATE SET changes = work_stale.changes + 1`,
  ],
}
