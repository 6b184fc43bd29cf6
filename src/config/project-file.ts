import { lstatSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Machine, Places } from './places.ts'
import { isTrusted } from './trust.ts'

export interface ProjectFile {
  /** The project's `.daybook/config.toml`. */
  file: string
  directory: string
  trusted: boolean
}

/**
 * The nearest `.daybook/config.toml` at or above `cwd`, short of the home directory. Only a plain file in a plain folder
 * counts: a link may lead out of the project.
 */
export function projectFile(cwd: string, places: Places, machine: Machine): ProjectFile | undefined {
  let directory = real(cwd)
  const home = real(machine.home)
  while (directory !== undefined && directory !== home) {
    const file = join(directory, '.daybook', 'config.toml')
    if (isPlain(join(directory, '.daybook'), 'folder') && isPlain(file, 'file')) {
      return { file, directory, trusted: isTrusted(places, directory) }
    }
    const above = dirname(directory)
    directory = above === directory ? undefined : above
  }
  return undefined
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

function isPlain(path: string, kind: 'file' | 'folder'): boolean {
  try {
    const stat = lstatSync(path)
    return kind === 'file' ? stat.isFile() : stat.isDirectory()
  } catch {
    return false
  }
}
