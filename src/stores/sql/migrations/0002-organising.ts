import type { Migration } from '../migration.ts'

/** Stars, notes and saved filters: what people add to the record. */
export const organising: Migration = {
  version: 2,
  name: 'organising',
  statements: ({ serial, integer, keyed }) => [
    `ALTER TABLE session ADD COLUMN starred_at TEXT`,

    // `entry_uid` is the public id of an entry: it stays the same when entries are made anew.
    `CREATE TABLE session_note (
      id ${serial}, workspace_id ${integer} NOT NULL, session_id ${integer} NOT NULL, entry_uid TEXT, text TEXT NOT NULL,
      at TEXT NOT NULL, by_whom TEXT NOT NULL)`,
    `CREATE INDEX session_note_session ON session_note (session_id)`,

    `CREATE TABLE saved_filter (
      workspace_id ${integer} NOT NULL, name TEXT NOT NULL, words TEXT NOT NULL, saved_at TEXT NOT NULL, saved_by TEXT NOT NULL,
      PRIMARY KEY (workspace_id, name))${keyed}`,
  ],
}
