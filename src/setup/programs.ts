import { accessSync, constants } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import type { Env } from '../sources/source.ts'

/** A program found where PATH says so in full: a folder that stands for the current one is passed over. */
export function findProgram(name: string, { variables, platform }: Env): string | undefined {
  const folders = (variables['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder))
  return folders.map((folder) => join(folder, platform === 'win32' ? `${name}.exe` : name)).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
