import { accessSync, constants, statSync } from 'node:fs'
import { join } from 'node:path'
import { programFolders } from '../domain/program-folders.ts'
import type { Machine } from './places.ts'

/**
 * The file of a program by its name, as PATH has it, but never one that a project brings along.
 *
 * @param project the folder that is at hand; null where none is
 */
export function programFile(name: string, machine: Machine, project: string | null): string | undefined {
  const file = machine.platform === 'win32' ? `${name}.exe` : name
  return programPath(machine, project)
    .map((folder) => join(folder, file))
    .find(isProgram)
}

/** The folders of PATH that count for it. A home may be a project too; programs of one's own lie in it. */
export function programPath({ home, platform, variables }: Machine, project: string | null): string[] {
  const path = variables['PATH'] ?? variables['Path'] ?? ''
  return programFolders(path, platform, project === home ? null : project)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
