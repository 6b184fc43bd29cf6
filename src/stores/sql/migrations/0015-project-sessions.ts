import type { Migration } from '../migration.ts'

/** Sessions of a project, the last active first: listed and counted without looking at those of others. */
export const projectSessions: Migration = {
  version: 15,
  name: 'project sessions',
  statements: () => ['CREATE INDEX session_project ON session (workspace_id, project_id, last_ms, uid, pruned_at)'],
}
