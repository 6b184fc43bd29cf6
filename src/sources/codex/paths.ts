import { join, resolve } from 'node:path'
import type { Env } from '../source.ts'

/** Codex's own folder: `CODEX_HOME`, else `~/.codex`. */
export function codexHome(env: Env): string {
  const configured = env.variables.CODEX_HOME?.trim()
  if (!configured) return join(env.home, '.codex')
  return configured === '~' || configured.startsWith('~/') ? join(env.home, configured.slice(1)) : resolve(configured)
}

/** Folders that hold rollouts, present or not: sessions by day, and those put away with `/archive`. */
export function rolloutRoots(env: Env): string[] {
  const home = codexHome(env)
  return [join(home, 'sessions'), join(home, 'archived_sessions')]
}
