import { type Handoff, type Listed, check, isTold, sessionsOf } from '../checks.ts'
import { FAILING, LOOK, NEXT_STEP, type Step, TICKET } from '../model/scripts.ts'
import type { Played } from '../model/server.ts'
import { play } from '../play.ts'
import { afterAttaching, answersOf, checkTokens, ofTicket, promptsOf, shown } from './ledger.ts'
import type { Course } from './course.ts'

/** Somebody begins, on a ticket, and hands on what is left. */
export const BEGIN: readonly Step[] = [
  {
    text: 'First the ticket.',
    actions: [{ does: 'ask', tool: 'attach_ticket', input: { action: 'set', ticket_id: TICKET } }],
  },
  { thought: 'Now try it.', actions: [{ does: 'run', command: FAILING }] },
  {
    actions: [
      { does: 'ask', tool: 'create_handoff', input: { current_state: 'It is begun.', next_steps: [NEXT_STEP] } },
    ],
  },
  { text: 'Begun.', actions: [] },
]

export const GO_ON: readonly Step[] = [
  { thought: 'Where was I?', actions: [{ does: 'run', command: 'git status --short' }] },
  { text: 'Gone on.', actions: [] },
]

const FIRST = 'Please begin with the greeting.'
const SECOND = 'Please go on with it.'
const MOST_RESUMES = 4

/** The same session goes on in a new process: it is one session, stands where it stood, and takes what it had left. */
export const resume: Course = {
  id: 'resume',
  isOffered: () => true,
  async run(agent, place) {
    const { world } = place
    const written = (prompt: string) => agent.asWritten?.(prompt) ?? prompt
    const begun = await play(agent, place, BEGIN, FIRST)
    world.daybook('scan')
    const [first] = sessionsOf(world, agent.id)
    if (first === undefined) return [check('sessions', 1, 0)]
    const resumes: Played[] = []
    const stands = `works on: ${TICKET}`
    while (resumes.length < MOST_RESUMES && !resumes.some((one) => isTold(one, stands))) {
      const words = agent.resumed(SECOND, first.externalId)
      resumes.push(await play(agent, place, GO_ON, SECOND, { words }))
    }
    world.daybook('scan')
    const after = sessionsOf(world, agent.id)
    const session = shown(world, first.id)
    const given = answersOf(begun, ...resumes)
    const news = await play(agent, place, LOOK, 'What is left here?')
    const { items } = world.ask('handoff', 'list') as Listed<Handoff>
    return [
      check(
        'one session',
        [first.id],
        after.map(({ id }) => id),
      ),
      check('prompts', [FIRST, ...resumes.map(() => SECOND)].map(written), promptsOf(world, first.id)),
      ...checkTokens('of both runs', agent, given, session.usage),
      check(
        'it stands on its ticket',
        [TICKET],
        session.stack.map(({ ref }) => ref),
      ),
      ...checkTokens('on the ticket', agent, afterAttaching(given), ofTicket(world, TICKET)),
      check(
        'its model is told where it stands',
        true,
        resumes.some((one) => isTold(one, stands)),
      ),
      check(
        'what it had left is its own again, once',
        [['accepted', first.id]],
        items.map(({ state, acceptedBySessionId }) => [state, acceptedBySessionId]),
      ),
      check('and nobody else is told of it', false, isTold(news)),
    ]
  },
}
