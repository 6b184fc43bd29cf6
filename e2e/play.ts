import { installed } from './clients.ts'
import { isTold } from './checks.ts'
import type { Driver } from './drivers/driver.ts'
import { LOOK, type Step } from './model/scripts.ts'
import type { Helper, Model, Played } from './model/server.ts'
import type { World } from './world.ts'

/** Where an agent is run: a machine of its own, and the model it asks. */
export interface Place {
  world: World
  model: Model
}

export interface PlayOptions {
  /** Words that start it, where it is not begun anew. */
  words?: readonly string[]
  env?: Readonly<Record<string, string>>
  /** What a subagent's requests are answered with. */
  helper?: Helper
  /** Ends it with all it started, without a word, as soon as this is so. */
  killWhen?: () => boolean
}

/** Runs the agent until it ends by itself. @throws Error with what it printed last where it fails */
export async function play(
  driver: Driver,
  { world, model }: Place,
  script: readonly Step[],
  prompt: string,
  { words = driver.words(prompt), env = {}, helper, killWhen }: PlayOptions = {},
): Promise<Played> {
  const played = model.play(script, world.project, helper)
  const around = { ...driver.env(model.url), ...env }
  const { code, tail } = await world.run(driver.id, installed(driver), words, around, killWhen)
  if (code !== 0 && killWhen === undefined) throw new Error(`${driver.name} ended with ${code}\n${tail}`)
  return played
}

/** The machine may be too busy for a start to be answered in time; then the agent begins without. So often it is tried. */
const MOST_STARTS = 5

/** Starts the agent anew until it is told of something. Nothing is taken by that. */
export async function look(driver: Driver, place: Place, what?: string): Promise<Played[]> {
  const looks: Played[] = []
  while (looks.length < MOST_STARTS && !looks.some((played) => isTold(played, what)))
    looks.push(await play(driver, place, LOOK, 'What is left here?'))
  return looks
}
