import type { Migration } from '../migration.ts'

/** Hooks' events that were taken in, each once, and what each session's agent is at. */
export const presence: Migration = {
  version: 5,
  name: 'presence',
  statements: ({ integer, keyed }) => [
    `CREATE TABLE hook_taken (
      workspace_id ${integer} NOT NULL, machine_id ${integer} NOT NULL, name TEXT NOT NULL, taken_ms ${integer} NOT NULL,
      PRIMARY KEY (workspace_id, machine_id, name))${keyed}`,
    `CREATE TABLE presence (
      workspace_id ${integer} NOT NULL, session_id ${integer} NOT NULL, since_ms ${integer} NOT NULL, about TEXT,
      PRIMARY KEY (workspace_id, session_id))${keyed}`,
  ],
}
