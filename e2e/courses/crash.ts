import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { FIRST, type Listed, check, isTold, sessionsOf } from '../checks.ts'
import { type Step, TICKET } from '../model/scripts.ts'
import { look, play } from '../play.ts'
import type { Course } from './course.ts'
import { answersOf, checkTokens, promptsOf, shown } from './ledger.ts'
import { GO_ON } from './resume.ts'

const FIRST_PROMPT = 'Please write the greeting.'
const SECOND_PROMPT = 'Please go on where you were.'
const MARK = '.git/reached'

const WORK: readonly Step[] = [
  {
    text: 'First the ticket.',
    actions: [{ does: 'ask', tool: 'attach_ticket', input: { action: 'set', ticket_id: TICKET } }],
  },
  { actions: [{ does: 'write', path: 'greet.js', text: 'export const greet = (name) => `Hello, ${name}!`\n' }] },
  // What was written a moment ago is on the disk by then.
  { text: 'Now it takes long.', actions: [{ does: 'run', command: `sleep 3; touch ${MARK}; sleep 100` }] },
]

const TAKE_UP: readonly Step[] = [
  // Its agent handed nothing on: what is recorded of it is all there is.
  {
    text: 'I look.',
    actions: [{ does: 'ask', tool: 'create_handoff', input: { session_id: FIRST, next_steps: ['Finish it'] } }],
  },
  { actions: [{ does: 'ask', tool: 'get_handoff_context', input: { session_id: FIRST } }] },
  { text: 'That is where it stood.', actions: [] },
]

/** The agent's process is killed in the middle of a command, with all it started: no hook tells of an end. */
export const crash: Course = {
  id: 'crash',
  isOffered: () => true,
  async run(agent, place, successor) {
    const { world } = place
    const written = (prompt: string) => agent.asWritten?.(prompt) ?? prompt
    const killed = await play(agent, place, WORK, FIRST_PROMPT, {
      killWhen: () => existsSync(join(world.project, MARK)),
    })
    world.daybook('scan')
    const sessions = sessionsOf(world, agent.id)
    const [first] = sessions
    if (first === undefined) return [check('sessions', 1, 0)]
    const left = shown(world, first.id)
    const { items } = world.ask('fleet') as Listed<{ key: string | null; presence: string }>
    const isThere = items.some(({ key, presence }) => key === FIRST && presence !== 'gone')
    const given = answersOf(killed)
    const calls = given.flatMap((answer) => answer.calls).length - (agent.writesCallsWhenDone ? 1 : 0)
    const told = agent.writesTokensWhenDone ? given.slice(0, -1) : given
    const looks = await look(successor, place, `left: ${FIRST}`)
    const taken = await play(successor, place, TAKE_UP, 'What did the other one do?')
    const missing = [TICKET, FIRST_PROMPT, 'greet.js'].filter((word) => !taken.bodies.at(-1)?.includes(word))
    const words = agent.resumed(SECOND_PROMPT, first.externalId)
    const resumed = await play(agent, place, GO_ON, SECOND_PROMPT, { words })
    world.daybook('scan')
    const after = shown(world, first.id)
    return [
      check('sessions', 1, sessions.length),
      check('it is not there any more, and not ended', [false, 'active'], [isThere, left.status]),
      check('calls, the last without an end where it is written down by then', calls, left.invocationCount),
      ...checkTokens('of what it did', agent, told, left.usage),
      check(
        'it stands on its ticket',
        [TICKET],
        left.stack.map(({ ref }) => ref),
      ),
      check(
        'another agent is told at its start that it was left',
        true,
        looks.some((one) => isTold(one, `left: ${FIRST}`)),
      ),
      check('and is given ticket, goal and file when it asks', [], missing),
      check(
        'it goes on as the same session',
        [written(FIRST_PROMPT), written(SECOND_PROMPT)],
        promptsOf(world, first.id),
      ),
      ...checkTokens('of both runs', agent, [...told, ...answersOf(resumed)], after.usage),
    ]
  },
}
