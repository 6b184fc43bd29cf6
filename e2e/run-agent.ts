import { installed, versionInstalled } from './clients.ts'
import { type Checked, checkHandedOn, checkWork } from './checks.ts'
import { COURSES } from './courses/index.ts'
import type { Course } from './courses/course.ts'
import type { Driver } from './drivers/driver.ts'
import { TAKE_OVER, WORK } from './model/scripts.ts'
import { startModel } from './model/server.ts'
import { type Place, look, play } from './play.ts'
import { makeWorld } from './world.ts'

/** What a run of one agent showed. */
export interface AgentRun {
  agent: string
  version: string
  /** Who took its work over. */
  successor: { agent: string; version: string }
  checks: Checked[]
}

/** What a course of one agent showed. */
export interface CourseRun {
  course: string
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
  const checks = await inWorld([agent, successor], keep, async (place) => {
    const { world } = place
    const work = await play(agent, place, WORK, PROMPT)
    world.daybook('scan')
    const found = checkWork(world, agent, work, PROMPT)
    const looks = await look(successor, place)
    const taken = await play(successor, place, TAKE_OVER, 'Please go on here.')
    world.daybook('scan')
    return [...found, ...checkHandedOn(world, successor, [...looks, taken])]
  })
  return {
    agent: agent.id,
    version: versionInstalled(agent),
    successor: { agent: successor.id, version: versionInstalled(successor) },
    checks,
  }
}

/** Courses that the agent can be made to run, each in a world of its own. */
export function coursesOf(agent: Driver): Course[] {
  return COURSES.filter((course) => course.isOffered(agent))
}

export async function runCourse(course: Course, agent: Driver, successor: Driver, keep: boolean): Promise<CourseRun> {
  const checks = await inWorld([agent, successor], keep, (place) => course.run(agent, place, successor), course.isBare)
  return { course: course.id, checks }
}

/** A world in which these agents are installed and set up, and a model that plays; both end with the work. */
async function inWorld<T>(
  agents: readonly Driver[],
  keep: boolean,
  work: (place: Place) => Promise<T>,
  isBare = false,
): Promise<T> {
  const drivers = new Map(agents.map((driver) => [driver.id, driver]))
  const world = makeWorld()
  const model = await startModel()
  try {
    for (const driver of drivers.values()) {
      world.link(driver.command, installed(driver))
      driver.prepare(world, model.url)
    }
    if (!isBare) world.daybook('setup', ...drivers.keys(), '--yes')
    world.daybook('ticket', 'create', 'A greeting', '--no-parent')
    return await work({ world, model })
  } finally {
    await model.close()
    if (keep) process.stderr.write(`${agents[0]?.id}: ${world.home}\n`)
    else world.remove()
  }
}
