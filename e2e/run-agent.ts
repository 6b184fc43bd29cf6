import { installed, versionInstalled } from './clients.ts'
import { type Checked, checkHandedOn, checkWork, isTold } from './checks.ts'
import type { Driver } from './drivers/driver.ts'
import { LOOK, type Step, TAKE_OVER, WORK } from './model/scripts.ts'
import { type Model, type Played, startModel } from './model/server.ts'
import { type World, makeWorld } from './world.ts'

/** What a run of one agent showed. */
export interface AgentRun {
  agent: string
  version: string
  /** Who took its work over. */
  successor: { agent: string; version: string }
  checks: Checked[]
}

const PROMPT = 'Please write a greeting for this demo and correct its README.'

/**
 * One agent does a small piece of work and hands it on, a second takes it over, both set up by `daybook setup` in a home of
 * their own. What the record then holds is compared with what the model knows it said.
 *
 * @param keep leaves the home where it is and says where
 */
export async function runAgent(agent: Driver, successor: Driver, keep: boolean): Promise<AgentRun> {
  const drivers = new Map([agent, successor].map((driver) => [driver.id, driver]))
  const world = makeWorld()
  const model = await startModel()
  try {
    for (const driver of drivers.values()) {
      world.link(driver.command, installed(driver))
      driver.prepare(world, model.url)
    }
    world.daybook('setup', ...drivers.keys(), '--yes')
    world.daybook('ticket', 'create', 'A greeting', '--no-parent')
    const place = { world, model }
    const work = await play(agent, place, WORK, PROMPT)
    world.daybook('scan')
    const checks = checkWork(world, agent, work, PROMPT)
    const looks = await look(successor, place)
    const taken = await play(successor, place, TAKE_OVER, 'Please go on here.')
    world.daybook('scan')
    checks.push(...checkHandedOn(world, successor, [...looks, taken]))
    return {
      agent: agent.id,
      version: versionInstalled(agent),
      successor: { agent: successor.id, version: versionInstalled(successor) },
      checks,
    }
  } finally {
    await model.close()
    if (keep) process.stderr.write(`${agent.id}: ${world.home}\n`)
    else world.remove()
  }
}

interface Place {
  world: World
  model: Model
}

/** The machine may be too busy for a start to be answered in time; then the agent begins without. So often it is tried. */
const MOST_STARTS = 5

/** Starts the agent until it is told of what is offered. Nothing is taken by that. */
async function look(driver: Driver, place: Place): Promise<Played[]> {
  const looks: Played[] = []
  while (looks.length < MOST_STARTS && !looks.some(isTold))
    looks.push(await play(driver, place, LOOK, 'What is left here?'))
  return looks
}

async function play(driver: Driver, { world, model }: Place, script: readonly Step[], prompt: string): Promise<Played> {
  const played = model.play(script, world.project)
  const { code, tail } = await world.run(driver.id, installed(driver), driver.words(prompt), driver.env(model.url))
  if (code !== 0) throw new Error(`${driver.name} ended with ${code}\n${tail}`)
  return played
}
