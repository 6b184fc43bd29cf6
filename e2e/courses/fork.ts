import { check, sessionsOf } from '../checks.ts'
import { play } from '../play.ts'
import type { Course } from './course.ts'
import { answersOf, checkTokens, ofAll, promptsOf, shown } from './ledger.ts'
import { BEGIN, GO_ON } from './resume.ts'

const FIRST = 'Please begin with the greeting.'
const SECOND = 'Please try it in another way.'

/** A new session begins with a copy of another: what was copied counts once. */
export const fork: Course = {
  id: 'fork',
  isOffered: ({ forked }) => forked !== undefined,
  async run(agent, place) {
    const { world } = place
    const written = (prompt: string) => agent.asWritten?.(prompt) ?? prompt
    const begun = await play(agent, place, BEGIN, FIRST)
    world.daybook('scan')
    const [first] = sessionsOf(world, agent.id)
    if (first === undefined || agent.forked === undefined) return [check('sessions', 1, 0)]
    const words = agent.forked(SECOND, first.externalId)
    const branched = await play(agent, place, GO_ON, SECOND, { words })
    world.daybook('scan')
    const sessions = sessionsOf(world, agent.id)
    const second = sessions.find(({ id }) => id !== first.id)
    if (second === undefined) return [check('sessions', 2, sessions.length)]
    return [
      check('sessions', 2, sessions.length),
      check('the second is a fork of the first', ['forks', first.id], [second.relation, second.parentId]),
      // What was copied is listed with it only where the agent copied it.
      check('its last prompt', written(SECOND), promptsOf(world, second.id).at(-1)),
      ...checkTokens('of the first', agent, answersOf(begun), shown(world, first.id).usage),
      ...checkTokens('of the second', agent, answersOf(branched), shown(world, second.id).usage),
      ...checkTokens('of all', agent, answersOf(begun, branched), ofAll(world)),
    ]
  },
}
