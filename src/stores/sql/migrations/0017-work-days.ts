import type { Migration } from '../migration.ts'

/**
 * What sessions ever did, added up by the day of UTC they began on and by what reports tell them apart by: a report of all time
 * reads a few rows a day. Sums are kept by whoever reads them; what changes a session says, in the same transaction, that its day
 * holds no more (`work_stale`).
 *
 * `stood`: something was current in them, by tickets they are counted one by one. `usage` is JSON of rows by model, `stretches`
 * of beginnings and lengths in milliseconds since the day began, merged.
 */
export const workDays: Migration = {
  version: 17,
  name: 'work days',
  statements: ({ integer, keyed }) => [
    `CREATE TABLE work_day (
      workspace_id ${integer} NOT NULL, day ${integer} NOT NULL, agent TEXT NOT NULL, project_id ${integer} NOT NULL,
      user_id TEXT NOT NULL, stood ${integer} NOT NULL, sessions ${integer} NOT NULL, calls ${integer} NOT NULL,
      failed ${integer} NOT NULL, active_ms ${integer} NOT NULL, usage TEXT NOT NULL, stretches TEXT NOT NULL,
      PRIMARY KEY (workspace_id, day, agent, project_id, user_id, stood))${keyed}`,
    `CREATE TABLE work_stale (
      workspace_id ${integer} NOT NULL, day ${integer} NOT NULL, changes ${integer} NOT NULL,
      PRIMARY KEY (workspace_id, day))${keyed}`,
    `INSERT INTO work_stale (workspace_id, day, changes)
     SELECT DISTINCT workspace_id, started_ms / 86400000, 1 FROM session`,
  ],
}
