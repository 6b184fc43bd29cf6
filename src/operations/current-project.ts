import { dirname } from 'node:path'
import type { Project } from '../domain/project.ts'
import type { OperationContext } from './operation.ts'

/** The recorded project that a folder of this machine lies in, the innermost; none where there is no such. */
export function projectOf({ store }: Pick<OperationContext, 'store'>, folder: string): Promise<Project | undefined> {
  const folders = [folder]
  for (let at = folder; at !== dirname(at);) folders.push((at = dirname(at)))
  return store.projects.at(folders)
}
