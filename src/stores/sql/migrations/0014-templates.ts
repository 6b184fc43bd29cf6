import type { Migration } from '../migration.ts'

/** What sessions may begin with, by name; `content` is JSON. */
export const templates: Migration = {
  version: 14,
  name: 'templates',
  statements: ({ integer, keyed }) => [
    `CREATE TABLE template (
      workspace_id ${integer} NOT NULL, name TEXT NOT NULL, content TEXT NOT NULL, saved_at TEXT NOT NULL, saved_by TEXT NOT NULL,
      PRIMARY KEY (workspace_id, name))${keyed}`,
  ],
}
