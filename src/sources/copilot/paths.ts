import { join, resolve } from 'node:path'
import type { Env } from '../source.ts'

/**
 * Folders in which Copilot CLI keeps its sessions, present or not: `session-state` of `COPILOT_HOME`, `~/.copilot` by default,
 * and `history-session-state` of versions before 0.0.342.
 */
export function sessionRoots(env: Env): string[] {
  return ['session-state', 'history-session-state'].map((folder) => join(copilotHome(env), folder))
}

/** `session-store.db`: what Copilot CLI notes of all sessions for itself. */
export function ledgerDatabase(env: Env): string {
  return join(copilotHome(env), 'session-store.db')
}

function copilotHome({ variables, home }: Env): string {
  const configured = variables.COPILOT_HOME?.trim()
  if (!configured) return join(home, '.copilot')
  return configured === '~' || configured.startsWith('~/') ? join(home, configured.slice(1)) : resolve(configured)
}
