import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { installed } from '../clients.ts'
import { check, isTold, sessionsOf } from '../checks.ts'
import type { Driver } from '../drivers/driver.ts'
import { LOOK, TICKET } from '../model/scripts.ts'
import { type Place, play } from '../play.ts'
import type { Course } from './course.ts'
import { answersOf, checkTokens, shown } from './ledger.ts'
import { BEGIN } from './resume.ts'

const PROMPT = 'Please begin with the greeting.'
const TOLD = '<daybook-record'

/**
 * Codex runs no hook that its person has not approved, and says nothing of it: what it is told at a turn's end, its transcript and
 * our tools stand in. Once they are approved they run.
 */
export const trust: Course = {
  id: 'trust',
  isOffered: ({ id }) => id === 'codex',
  async run(agent, place) {
    const { world } = place
    const asked = (prompt: string) => ['exec', '--dangerously-bypass-approvals-and-sandbox', prompt]
    const begun = await play(agent, place, BEGIN, PROMPT, { words: asked(PROMPT) })
    const told = world.daybook('setup', agent.id, '--yes')
    world.daybook('scan')
    const sessions = sessionsOf(world, agent.id)
    const [first] = sessions
    if (first === undefined) return [check('sessions', 1, 0)]
    const session = shown(world, first.id)
    const given = answersOf(begun)
    const before = await hooksOf(agent, place)
    world.write('.codex/config.toml', `${world.read('.codex/config.toml')}\n${before.map(trusted).join('\n')}`)
    const after = await hooksOf(agent, place)
    await play({ ...agent, words: asked }, place, LOOK, 'What is left here?')
    const later = sessionsOf(world, agent.id).filter(({ id }) => id !== first.id)
    return [
      check('no hook is trusted', ['untrusted'], [...new Set(before.map(({ trustStatus }) => trustStatus))]),
      check('set-up says that they want approval', true, told.includes('/hooks')),
      check('so nothing is told at the start', false, isTold(begun, TOLD)),
      check('sessions', 1, sessions.length),
      check(
        'by its tools it stands on its ticket',
        [TICKET],
        session.stack.map(({ ref }) => ref),
      ),
      check(
        'by what it is told at the end of its turn it is idle or gone',
        true,
        ['idle', 'gone'].includes(session.presence ?? ''),
      ),
      ...checkTokens('by its transcript', agent, given, session.usage),
      check(
        'all are trusted once they are approved',
        ['trusted'],
        [...new Set(after.map(({ trustStatus }) => trustStatus))],
      ),
      check(
        'and then a hook begins the next session',
        ['hook'],
        later.map(({ channel }) => channel),
      ),
    ]
  },
}

interface Hook {
  key: string
  currentHash: string
  trustStatus: string
}

/** What `/hooks` writes when a person approves one. */
function trusted({ key, currentHash }: Hook): string {
  return `[hooks.state.${JSON.stringify(key)}]\ntrusted_hash = ${JSON.stringify(currentHash)}\n`
}

/** What Codex itself says of its hooks. */
async function hooksOf(agent: Driver, { world, model }: Place): Promise<Hook[]> {
  const { project } = world
  const child = spawn(installed(agent), ['app-server'], {
    cwd: project,
    env: world.env(agent.env(model.url)),
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const clientInfo = { name: 'e2e', title: null, version: '1' }
  const said = [
    { id: 0, method: 'initialize', params: { clientInfo } },
    { method: 'initialized' },
    { id: 1, method: 'hooks/list', params: { cwds: [project] } },
  ]
  for (const one of said) child.stdin.write(`${JSON.stringify(one)}\n`)
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const { id, result } = JSON.parse(line) as { id?: number; result?: { data: { hooks: Hook[] }[] } }
      if (id === 1) return result?.data.flatMap(({ hooks }) => hooks) ?? []
    }
    return []
  } finally {
    child.kill('SIGKILL')
  }
}
