import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder for its owner alone, and those above it that are missing.
 *
 * `mkdirSync` with `recursive` goes round for ever (seen in Node 20.20 and 26.10) where a folder is there and nothing can be
 * made in it: `/proc`, or what an automounter watches.
 *
 * @returns the outermost folder that was made; undefined where all were there
 * @throws the error of the system
 */
export function makeFolder(path: string): string | undefined {
  const above = dirname(path)
  const made = above === path || existsSync(above) ? undefined : makeFolder(above)
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    // It was there, or somebody was faster.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return made
    throw error
  }
  return made ?? path
}
