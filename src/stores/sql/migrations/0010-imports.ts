import type { Migration } from '../migration.ts'

/** Files that were imported, what was decided about each, and which sessions came with which. */
export const imports: Migration = {
  version: 10,
  name: 'imports',
  statements: ({ serial, integer }) => [
    `CREATE TABLE import (
      id ${serial}, workspace_id ${integer} NOT NULL, uid TEXT NOT NULL, file TEXT NOT NULL, format TEXT NOT NULL,
      state TEXT NOT NULL, at TEXT NOT NULL, by_whom TEXT NOT NULL, decided_at TEXT, decided_by TEXT)`,
    `CREATE UNIQUE INDEX import_uid ON import (workspace_id, uid)`,
    `ALTER TABLE session ADD COLUMN import_id ${integer}`,
    `CREATE INDEX session_import ON session (import_id) WHERE import_id IS NOT NULL`,
  ],
}
