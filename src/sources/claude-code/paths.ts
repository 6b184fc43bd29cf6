import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Env } from '../source.ts'

/**
 * Folders in which Claude Code keeps one folder a project, present or not.
 *
 * `CLAUDE_CONFIG_DIR` takes the place of the defaults; it may hold several folders with commas between them, as other
 * readers of these files allow. Without it: `~/.claude` and, for some 1.x builds, `~/.config/claude`.
 */
export function projectRoots(env: Env): string[] {
  const configured = env.variables.CLAUDE_CONFIG_DIR?.trim()
  const folders = configured ? configuredFolders(configured, env.home) : defaultFolders(env)
  return [...new Set(folders.map((folder) => join(folder, 'projects')))]
}

function defaultFolders(env: Env): string[] {
  const config = env.variables.XDG_CONFIG_HOME?.trim() || join(env.home, '.config')
  return [join(env.home, '.claude'), join(config, 'claude')]
}

function configuredFolders(value: string, home: string): string[] {
  if (!value.includes(',') || existsSync(value)) return [atHome(value, home)]
  const folders = value.split(',').map((folder) => folder.trim())
  return folders.filter((folder) => folder !== '').map((folder) => atHome(folder, home))
}

function atHome(folder: string, home: string): string {
  return folder === '~' || folder.startsWith('~/') ? join(home, folder.slice(1)) : resolve(folder)
}
