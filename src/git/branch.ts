import { join } from 'node:path'
import { findRepository, readStart } from './repository.ts'

/** Where a folder lies in a repository: the root of its work tree and the branch that is checked out. Runs nothing. */
export async function worktreeOf(directory: string): Promise<{ root: string; branch: string | null } | undefined> {
  const repository = await findRepository(directory)
  if (!repository) return undefined
  const head = (await readStart(join(repository.gitDir, 'HEAD'), 1024)) ?? ''
  return { root: repository.root, branch: /^ref: refs\/heads\/([^\n\0]+)/.exec(head)?.[1]?.trimEnd() ?? null }
}
