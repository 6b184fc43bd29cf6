import type { Checked } from '../checks.ts'
import type { Driver } from '../drivers/driver.ts'
import type { Place } from '../play.ts'

/** Something that happens to sessions beyond one piece of work, in a world of its own. */
export interface Course {
  /** `resume`. */
  id: string
  /** Whether the agent can be made to do it by itself. */
  isOffered(agent: Driver): boolean
  /** Nothing is set up before it. */
  isBare?: boolean
  /** @param successor another agent, set up in the same world */
  run(agent: Driver, place: Place, successor: Driver): Promise<Checked[]>
}
