import { readdirSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import type { Env } from '../source.ts'

/** Where OpenCode keeps its data: `$XDG_DATA_HOME/opencode` or `~/.local/share/opencode`, on every platform. */
export function dataFolder(env: Env): string {
  return join(env.variables.XDG_DATA_HOME || join(env.home, '.local', 'share'), 'opencode')
}

/** Folders OpenCode writes transcripts to. `OPENCODE_DB` may put its database elsewhere. */
export function dataRoots(env: Env): string[] {
  const folder = dataFolder(env)
  const named = namedDatabase(env)
  return named === undefined || dirname(named) === folder ? [folder] : [folder, dirname(named)]
}

/**
 * Its databases, present or not: `opencode.db`, `opencode-<channel>.db` of builds that are no release, and what
 * `OPENCODE_DB` names.
 */
export function databases(env: Env): string[] {
  const folder = dataFolder(env)
  const found = new Set(list(folder).filter((name) => /^opencode\d?(-[\w.-]+)?\.db$/.test(name)))
  const paths = [...found].sort().map((name) => join(folder, name))
  const named = namedDatabase(env)
  return named === undefined || paths.includes(named) ? paths : [...paths, named]
}

function namedDatabase(env: Env): string | undefined {
  const named = env.variables.OPENCODE_DB
  if (!named || named === ':memory:' || !named.endsWith('.db')) return undefined
  return isAbsolute(named) ? named : join(dataFolder(env), named)
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
