import type { WorkFilter, WorkGroup } from '../work-store.ts'
import { among, every, lists } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'
import { KEYS } from './usage-by-key.ts'
import type { Period } from './work-periods.ts'
import { inRange } from './work-sessions.ts'
import type { WorkSession } from './work-sessions.ts'

/** A session with what it is added up by. */
export interface KeyedSession extends WorkSession {
  /** Empty where it is not recorded. */
  key: string
}

const GROUP_KEYS: Record<WorkGroup, string> = {
  all: "''",
  project: KEYS.project,
  person: KEYS.person,
  agent: KEYS.agent,
  session: KEYS.session,
}

/**
 * Sessions with anything in the range, with what they are added up by.
 *
 * @param named none but these
 */
export async function keyedSessions(
  connection: Connection,
  { workspaceId, idleMs }: Scope,
  group: WorkGroup,
  filter: WorkFilter,
  periods: readonly Period[],
  named?: readonly number[],
): Promise<KeyedSession[]> {
  // The plus: sessions that are named are found by their names, not among all of the workspace.
  const ask = (which?: Condition): Promise<KeyedSession[]> => {
    const where = every(inRange(workspaceId, filter, periods, idleMs), which)
    return connection.all<KeyedSession>(
      `SELECT s.id, s.uid, s.started_ms, s.last_ms, ${GROUP_KEYS[group]} AS key
       FROM session s LEFT JOIN project p ON p.id = s.project_id WHERE ${which === undefined ? '' : '+'}${where.sql}`,
      where.values,
    )
  }
  if (named === undefined) return ask()
  const found: KeyedSession[] = []
  for (const ids of lists(named)) found.push(...(await ask(among('s.id', ids))))
  return found
}
