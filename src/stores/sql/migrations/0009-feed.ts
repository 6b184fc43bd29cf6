import type { Migration } from '../migration.ts'

/** What is told to those who listen: first as it is written, then with its position. */
export const feed: Migration = {
  version: 9,
  name: 'feed',
  statements: ({ integer, serial, keyed }) => [
    `CREATE TABLE feed_pending (
      id ${serial}, workspace_id ${integer} NOT NULL, kind TEXT NOT NULL, session_uid TEXT, at TEXT NOT NULL, payload TEXT NOT NULL)`,
    `CREATE TABLE feed (
      workspace_id ${integer} NOT NULL, position ${integer} NOT NULL, kind TEXT NOT NULL, session_uid TEXT, at TEXT NOT NULL,
      payload TEXT NOT NULL, PRIMARY KEY (workspace_id, position))${keyed}`,
  ],
}
