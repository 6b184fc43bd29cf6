import { type Checked, type Handoff, type Listed, check, isTold, sessionsOf } from '../checks.ts'
import { installed } from '../clients.ts'
import type { Driver } from '../drivers/driver.ts'
import { type Step, TICKET } from '../model/scripts.ts'
import type { Played } from '../model/server.ts'
import { onTerminal } from '../terminal.ts'
import type { World } from '../world.ts'
import type { Course } from './course.ts'
import { answersOf, checkTokens, promptsOf, shown } from './ledger.ts'
import { BEGIN } from './resume.ts'

const FIRST = 'Please begin with the greeting.'
const SECOND = 'Please go on with a clear head.'
const NOTE = 'Kept after the conversation was cleared.'

const STANDS = `works on: ${TICKET}`
/** A busy machine may not have answered before the agent went on. */
const MOST_CLEARS = 4

const GO_ON: readonly Step[] = [
  { text: 'Where was I?', actions: [{ does: 'ask', tool: 'task_note', input: { note: NOTE } }] },
  { text: 'There.', actions: [] },
]

/** Somebody types `/clear`: the process stays, its session is another, which goes on from the first. */
export const clear: Course = {
  id: 'clear',
  isOffered: ({ typed }) => typed !== undefined,
  async run(agent, { world, model }) {
    const { typed } = agent
    if (typed === undefined) return []
    const terminal = onTerminal([installed(agent), ...typed.words], {
      cwd: world.project,
      env: world.env(agent.env(model.url)),
    })
    /** Types a prompt and waits until the session, one of so many, is through with it. */
    async function say(prompt: string, script: readonly Step[], count: number): Promise<Played> {
      const played = model.play(script, world.project)
      await terminal.type(prompt)
      await terminal.until('the last answer', () => played.given.some(({ step }) => step === script.length - 1))
      await terminal.until('the end of its turn', () => {
        const sessions = sessionsOf(world, agent.id)
        return sessions.length === count && sessions.every(({ presence }) => presence === 'idle' || presence === 'gone')
      })
      return played
    }
    try {
      await terminal.until('its prompt', typed.isReady)
      const begun = await say(FIRST, BEGIN, 1)
      const cleared: Played[] = []
      while (cleared.length < MOST_CLEARS && !cleared.some((one) => isTold(one, STANDS))) {
        await terminal.type('/clear')
        const count = cleared.length + 2
        await terminal.until('another session', () => sessionsOf(world, agent.id).length === count)
        cleared.push(await say(SECOND, GO_ON, count))
      }
      await terminal.type('/exit')
      await terminal.end()
      world.daybook('scan')
      return checked(agent, world, begun, cleared)
    } finally {
      await terminal.end()
    }
  },
}

function checked(agent: Driver, world: World, begun: Played, cleared: readonly Played[]): Checked[] {
  const [first, ...others] = sessionsOf(world, agent.id).toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1))
  const [second] = others
  if (first === undefined || second === undefined) return [check('sessions', 2, others.length + 1)]
  const { items } = world.ask('handoff', 'list') as Listed<Handoff>
  const { notes } = world.ask('ticket', 'show', TICKET) as { notes: Listed<{ sessionId: string }> }
  const lines = others.map(({ relation, parentId }) => [relation, parentId])
  return [
    check(
      'each session continues the one before',
      [first, ...others].slice(0, -1).map(({ id }) => ['continues', id]),
      lines,
    ),
    check(
      'on the same ticket',
      others.map(() => [TICKET]),
      others.map(({ id }) => shown(world, id).stack.map(({ ref }) => ref)),
    ),
    check(
      'its model is told where it stands',
      true,
      cleared.some((one) => isTold(one, STANDS)),
    ),
    check(
      'and with it of what the old one left',
      cleared[0] && isTold(cleared[0], STANDS),
      cleared[0] && isTold(cleared[0]),
    ),
    check(
      'which is taken, once, by the one after it',
      [['accepted', second.id]],
      items.map(({ state, acceptedBySessionId }) => [state, acceptedBySessionId]),
    ),
    check(
      'a call of the tool server, which was there before, is the new session’s',
      others.map(({ id }) => id).toSorted(),
      notes.items.map(({ sessionId }) => sessionId).toSorted(),
    ),
    check(
      'prompts',
      [[FIRST], ...others.map(() => [SECOND])],
      [first, ...others].map(({ id }) => promptsOf(world, id)),
    ),
    ...checkTokens('of the first', agent, answersOf(begun), shown(world, first.id).usage),
    ...checkTokens('of the second', agent, answersOf(...cleared.slice(0, 1)), shown(world, second.id).usage),
  ]
}
