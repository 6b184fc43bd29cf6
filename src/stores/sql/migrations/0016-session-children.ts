import type { Migration } from '../migration.ts'

/** Sessions that came from one: few have a parent, and each that is shown or deleted asks for its own. */
export const sessionChildren: Migration = {
  version: 16,
  name: 'session children',
  statements: () => ['CREATE INDEX session_children ON session (parent_id) WHERE parent_id IS NOT NULL'],
}
