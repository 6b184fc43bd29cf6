import { stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { type Repository, findRepository } from '../git/repository.ts'
import type { Session } from '../domain/session.ts'
import type { OperationContext } from './operation.ts'

/** The repository a session worked in: where it stood, else a root of its project. Never where this process stands. */
export async function repositoryOf(
  { store }: Pick<OperationContext, 'store'>,
  session: Session,
): Promise<Repository | undefined> {
  const places = session.cwd === null ? [] : [session.cwd]
  if (session.projectId !== null) {
    const project = (await store.projects.list()).find(({ id }) => id === session.projectId)
    places.push(...(project?.roots ?? []))
  }
  for (const place of places) {
    const repository = (await isDirectory(place)) ? await findRepository(place) : undefined
    if (repository) return repository
  }
  return undefined
}

async function isDirectory(path: string): Promise<boolean> {
  if (!isAbsolute(path)) return false
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
