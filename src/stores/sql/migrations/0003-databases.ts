import type { Migration } from '../migration.ts'

/**
 * Agents' databases as they were when all in them had been read, and for each transcript the hash of what was known of it
 * from elsewhere (`TranscriptRef.beside`).
 */
export const databases: Migration = {
  version: 3,
  name: 'databases',
  statements: ({ integer, keyed }) => [
    `CREATE TABLE source_database (
      workspace_id ${integer} NOT NULL, machine_id ${integer} NOT NULL, agent TEXT NOT NULL, path TEXT NOT NULL,
      state TEXT NOT NULL, PRIMARY KEY (workspace_id, machine_id, agent, path))${keyed}`,
    `ALTER TABLE transcript ADD COLUMN beside_hash ${integer}`,
  ],
}
