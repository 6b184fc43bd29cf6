import type { Migration } from '../migration.ts'

/**
 * How many records at the beginning of a transcript are in the archive no more; which transcript told a title that waits for
 * its conversation; and how often names were swept out: whoever remembers rows of them asks whether that changed.
 */
export const pruning: Migration = {
  version: 7,
  name: 'pruning',
  statements: ({ integer, keyed }) => [
    `ALTER TABLE transcript ADD COLUMN pruned_records ${integer} NOT NULL DEFAULT 0`,
    `CREATE INDEX transcript_pruned ON transcript (workspace_id) WHERE pruned_records > 0`,
    `ALTER TABLE pending_title ADD COLUMN transcript_id ${integer}`,
    `CREATE TABLE sweep (
      workspace_id ${integer} NOT NULL, count ${integer} NOT NULL, PRIMARY KEY (workspace_id))${keyed}`,
  ],
}
