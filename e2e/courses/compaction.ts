import { check, sessionsOf } from '../checks.ts'
import { FAILING, type Step, TICKET } from '../model/scripts.ts'
import type { Played } from '../model/server.ts'
import { play } from '../play.ts'
import type { Course } from './course.ts'
import { answersOf, checkTokens, compactionsOf, shown } from './ledger.ts'

const FIRST = 'Please begin with the greeting.'
const SECOND = 'Please go on with it.'
const ELSEWHERE = 'echo nothing to do with it >&2; exit 4'

const MOST_TIMES = 4
const lastOf = (runs: readonly Played[]): string => runs.at(-1)?.bodies.at(-1) ?? ''
const tells = (runs: readonly Played[]): boolean => lastOf(runs).includes('no greeting for nobody')

const BEGIN: readonly Step[] = [
  { actions: [{ does: 'ask', tool: 'attach_ticket', input: { action: 'set', ticket_id: 'T-2' } }] },
  { text: 'This does not work.', actions: [{ does: 'run', command: ELSEWHERE }] },
  { actions: [{ does: 'ask', tool: 'attach_ticket', input: { action: 'set', ticket_id: TICKET } }] },
  { actions: [{ does: 'write', path: 'greet.js', text: 'export const greet = (name) => `Hello, ${name}!`\n' }] },
  { text: 'Now try it.', actions: [{ does: 'run', command: FAILING }] },
  { text: 'Begun.', actions: [] },
]

/** What the model says when it is asked for a summary, and afterwards. */
const SUMMARY: readonly Step[] = [
  { text: 'A summary that tells little.', actions: [] },
  { text: 'I go on from the summary.', actions: [] },
]

/** The conversation is cut down to a summary: what that leaves out of the work on the current ticket is given back. */
export const compaction: Course = {
  id: 'compaction',
  isOffered: ({ compacted }) => compacted !== undefined,
  async run(agent, place) {
    const { world } = place
    world.daybook('ticket', 'create', 'Something else', '--no-parent')
    const begun = await play(agent, place, BEGIN, FIRST)
    world.daybook('scan')
    const [first] = sessionsOf(world, agent.id)
    if (first === undefined || agent.compacted === undefined) return [check('sessions', 1, 0)]
    const together = agent.compacted(SECOND, first.externalId)
    const runs: Played[] = []
    let times = 0
    // A busy machine may not have answered before the agent went on.
    for (; times < MOST_TIMES && !tells(runs); times++)
      for (const words of together) runs.push(await play(agent, place, SUMMARY, SECOND, { words }))
    world.daybook('scan')
    const after = sessionsOf(world, agent.id)
    const session = shown(world, first.id)
    const last = lastOf(runs)
    // A summary is asked for without tools, or in a run of its own; most write down no answer that is one.
    const written = agent.writesSummaries
      ? runs.flatMap(({ given }) => given)
      : answersOf(...runs.filter((_, at) => (at + 1) % together.length === 0))
    return [
      check(
        'one session',
        [first.id],
        after.map(({ id }) => id),
      ),
      check('its conversation was cut', false, last.includes('This does not work.')),
      check('what failed on its ticket is given back', true, tells(runs)),
      check('and the file it was at', true, last.includes('greet.js')),
      check('but not what failed on another', false, last.includes('nothing to do with it')),
      check(
        'it stands on its ticket',
        [TICKET],
        session.stack.map(({ ref }) => ref),
      ),
      check('that it was compacted is recorded', times, compactionsOf(world, first.id)),
      ...checkTokens('of all that it wrote down', agent, [...answersOf(begun), ...written], session.usage),
    ]
  },
}
