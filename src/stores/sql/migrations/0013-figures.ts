import type { Migration } from '../migration.ts'
import { SUMS } from './0008-session-usage.ts'

/**
 * What figures of everything are read from: sums of all usage by model, kept beside those by session; and of sessions what is
 * counted and grouped, in an index, so that no row of them is read for it.
 */
export const figures: Migration = {
  version: 13,
  name: 'figures',
  statements: ({ integer, keyed }) => [
    `CREATE TABLE usage_model (
      workspace_id ${integer} NOT NULL, model_id ${integer} NOT NULL,
      ${SUMS.map((column) => `${column} ${integer} NOT NULL`).join(', ')},
      PRIMARY KEY (workspace_id, model_id))${keyed}`,
    `INSERT INTO usage_model (workspace_id, model_id, ${SUMS.join(', ')})
     SELECT workspace_id, model_id, ${SUMS.map((column) => `CAST(SUM(${column}) AS BIGINT)`).join(', ')}
     FROM usage_session GROUP BY workspace_id, model_id`,
    `CREATE INDEX session_facets ON session (workspace_id, agent, project_id, status, pruned_at, archived_at, import_id,
      handoff_ready, last_ms, started_ms, entry_count)`,
  ],
}
