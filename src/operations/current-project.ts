import { dirname } from 'node:path'
import type { Project } from '../domain/project.ts'
import type { OperationContext } from './operation.ts'

/** The recorded project that a folder of this machine lies in, the innermost; none where there is no such. */
export async function projectOf(
  { store }: Pick<OperationContext, 'store'>,
  folder: string,
): Promise<Project | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const found = (await store.projects.resolve(at)).find(({ roots }) => roots.includes(at))
    if (found || at === dirname(at)) return found
  }
}
