import type { Migration } from '../migration.ts'

/** Ids that programs chose for their sessions are unique ignoring case: they may become names of files. */
export const ownIds: Migration = {
  version: 6,
  name: 'own-ids',
  statements: () => [
    `CREATE UNIQUE INDEX session_own_id ON session (workspace_id, lower(external_id)) WHERE agent = 'daybook'`,
  ],
}
