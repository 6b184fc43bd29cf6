import { startBackground } from './background/start.ts'
import { readConfig } from './config/config.ts'
import type { Machine } from './config/places.ts'

/** Starts the background process where none runs and configuration wants one. */
export async function startConfigured(machine: Machine, cwd: string, program: readonly string[]): Promise<void> {
  const { places, backgroundMinutes } = await readConfig(machine, cwd)
  if (backgroundMinutes > 0) startBackground({ dataDir: places.dataDir, program, variables: machine.variables })
}
