import { existsSync } from 'node:fs'
import { startBackground } from './background/start.ts'
import { readConfig } from './config/config.ts'
import type { Machine } from './config/places.ts'
import { spoolFolder } from './spool/spool.ts'

/**
 * Starts the background process where none runs and configuration wants one: with `background.enabled` off it wants none, whoever asks.
 *
 * @param ifHooked only where hooks have left something before: without them nobody asks it
 */
export async function startConfigured(
  machine: Machine,
  cwd: string,
  program: readonly string[],
  ifHooked = false,
): Promise<void> {
  const { places, backgroundEnabled, backgroundMinutes } = await readConfig(machine, cwd)
  if (!backgroundEnabled || backgroundMinutes === 0 || (ifHooked && !existsSync(spoolFolder(places.dataDir)))) return
  startBackground({ dataDir: places.dataDir, program, variables: machine.variables })
}
