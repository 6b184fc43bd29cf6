import { join, resolve } from 'node:path'
import type { Env } from '../source.ts'

/**
 * Where Gemini CLI keeps one folder a project, present or not: `~/.gemini/tmp`, below `GEMINI_CLI_HOME` where that is set.
 */
export function projectRoots(env: Env): string[] {
  const home = env.variables.GEMINI_CLI_HOME?.trim()
  return [join(home ? resolve(home) : env.home, '.gemini', 'tmp')]
}
