import type { Migration } from '../migration.ts'

/** Which subagent of a session makes a call, by the agent's own id of it; null where the session's own agent does. */
export const subagentCalls: Migration = {
  version: 12,
  name: 'subagent-calls',
  statements: () => ['ALTER TABLE binding ADD COLUMN subagent TEXT'],
}
