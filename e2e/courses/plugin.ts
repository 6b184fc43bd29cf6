import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { canBeSetUp } from '../../src/setup/plan.ts'
import { agentPackages } from '../../src/setup/packages.ts'
import { SOURCES } from '../../src/sources/index.ts'
import { FIRST, check, isTold, sessionsOf } from '../checks.ts'
import { installed } from '../clients.ts'
import { TICKET } from '../model/scripts.ts'
import { look, play } from '../play.ts'
import type { Course } from './course.ts'
import { answersOf, checkTokens, promptsOf, shown } from './ledger.ts'
import { BEGIN } from './resume.ts'

const PROMPT = 'Please begin with the greeting.'
/** Without a mark around it: Gemini CLI escapes those. */
const TOLD = 'Daybook keeps the record of this work'

/** Without set-up: the plugin or extension of the package is installed as the documentation says, by the agent's own command. */
export const plugin: Course = {
  id: 'plugin',
  isBare: true,
  isOffered: ({ packaged }) => packaged !== undefined,
  async run(agent, place) {
    const { world, model } = place
    const agents = join(world.home, 'daybook', 'agents')
    for (const [path, text] of Object.entries(agentPackages(await canBeSetUp(SOURCES), '0.1.0'))) {
      mkdirSync(dirname(join(agents, path)), { recursive: true })
      writeFileSync(join(agents, path), text)
    }
    for (const words of agent.packaged?.(agents) ?? []) {
      const { code, tail } = await world.run('install', installed(agent), words, agent.env(model.url))
      if (code !== 0) throw new Error(`${agent.command} ${words.join(' ')} ended with ${code}\n${tail}`)
    }
    const played = await play(agent, place, BEGIN, PROMPT)
    world.daybook('scan')
    const sessions = sessionsOf(world, agent.id)
    const [first] = sessions
    if (first === undefined) return [check('sessions', 1, 0)]
    const session = shown(world, first.id)
    const looks = await look(agent, place, TOLD)
    return [
      check('sessions', 1, sessions.length),
      check('a session with a key, begun by a hook', [FIRST, 'hook'], [session.key, session.channel]),
      check('prompts', [PROMPT], promptsOf(world, first.id)),
      check(
        'by its tools it stands on its ticket',
        [TICKET],
        session.stack.map(({ ref }) => ref),
      ),
      ...checkTokens('of its work', agent, answersOf(played), session.usage),
      check(
        'its model is told at the start',
        true,
        [played, ...looks].some((one) => isTold(one, TOLD)),
      ),
    ]
  },
}
