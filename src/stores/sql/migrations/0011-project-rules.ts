import type { Migration } from '../migration.ts'

/**
 * What people said about which project something belongs to, over what a directory says of itself: by its root (`root`), or by
 * a kind of identity and its value.
 */
export const projectRules: Migration = {
  version: 11,
  name: 'project-rules',
  statements: ({ integer, keyed }) => [
    `CREATE TABLE project_rule (
      workspace_id ${integer} NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, project_id ${integer} NOT NULL,
      PRIMARY KEY (workspace_id, kind, value))${keyed}`,
  ],
}
