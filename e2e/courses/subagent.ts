import { type Listed, check, sessionsOf } from '../checks.ts'
import { type Step, TICKET } from '../model/scripts.ts'
import { play } from '../play.ts'
import type { Course } from './course.ts'
import { afterAttaching, answersOf, checkTokens, ofTicket, promptsOf, shown } from './ledger.ts'

const PROMPT = 'Please have the files of this demo counted.'
const SENT = 'Count the files here, and say how many there are.'

const MASTER: readonly Step[] = [
  {
    text: 'First the ticket.',
    actions: [{ does: 'ask', tool: 'attach_ticket', input: { action: 'set', ticket_id: TICKET } }],
  },
  { text: 'Somebody else can count.', actions: [{ does: 'send', prompt: SENT }] },
  { actions: [{ does: 'await' }] },
  { text: 'They are counted.', actions: [] },
]

const COUNTER: readonly Step[] = [
  { thought: 'One command will do.', actions: [{ does: 'run', command: 'git ls-files | wc -l' }] },
  { text: 'There is one file.', actions: [] },
]

interface Row extends Record<string, unknown> {
  transcriptId: number
  sidechain: boolean
}

/** An agent sends another off: that one's work stands below it, with tokens of its own, and counts for the same ticket. */
export const subagent: Course = {
  id: 'subagent',
  isOffered: () => true,
  async run(agent, place) {
    const { world } = place
    const helper = { sentWith: SENT, masterAsked: PROMPT, script: COUNTER }
    const played = await play(agent, place, MASTER, PROMPT, { helper })
    world.daybook('scan')
    const sessions = sessionsOf(world, agent.id)
    const [first] = sessions
    if (first === undefined) return [check('sessions', 1, 0)]
    const given = answersOf(played)
    const sent = given.filter(({ by }) => by === 'helper')
    const session = shown(world, first.id)
    const { transcripts } = world.ask('session', 'show', first.id) as { transcripts: { id: number; kind: string }[] }
    const main = transcripts.find(({ kind }) => kind === 'main')?.id
    const { items } = world.ask('usage', 'explain', first.id) as Listed<Row>
    const below = items.filter(({ transcriptId, sidechain }) => sidechain || transcriptId !== main)
    return [
      check('sessions', 1, sessions.length),
      check('transcripts of its own', agent.subagentsInside ? 0 : 1, session.subagentCount),
      ...checkTokens('of the one that was sent', agent, sent, summed(below)),
      check('prompts', [agent.asWritten?.(PROMPT) ?? PROMPT], promptsOf(world, first.id)),
      ...checkTokens('of both', agent, given, session.usage),
      ...checkTokens('on the ticket', agent, afterAttaching(given), ofTicket(world, TICKET)),
    ]
  },
}

function summed(rows: readonly Row[]): Record<string, number> {
  const sums: Record<string, number> = { responses: rows.length }
  for (const row of rows)
    for (const [name, value] of Object.entries(row))
      if (name.endsWith('Tokens')) sums[name] = (sums[name] ?? 0) + Number(value)
  return sums
}
