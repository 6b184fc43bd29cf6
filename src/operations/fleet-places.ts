import { isAbsolute, join } from 'node:path'
import type { Held } from '../domain/fleet.ts'
import type { Session } from '../domain/session.ts'
import { relativeTo } from '../domain/work-tree.ts'
import type { Store } from '../stores/store.ts'
import type { OperationContext } from './operation.ts'

/** So long after a change its file is somebody's, and another who changes it is warned of. */
const LATELY_MS = 60 * 60_000
const MOST_FILES = 200

/** Where a session works now. Of another machine's, where it began. */
export async function placeOf(
  store: Pick<Store, 'machineId'>,
  session: Session,
): Promise<{ worktree: string | null; branch: string | null }> {
  const tree = await workTreeOf(store, session)
  return tree ? { worktree: tree.root, branch: tree.branch } : { worktree: session.cwd, branch: session.gitBranch }
}

/** Files that a session changed within the last hour. */
export async function changedLately({ store, clock }: OperationContext, session: Session): Promise<Held['files']> {
  const { items } = await store.files.list({ sessionId: session.id }, { limit: MOST_FILES })
  const recent = items.filter(({ lastAt }) => clock.now() - Date.parse(lastAt) <= LATELY_MS)
  if (recent.length === 0) return []
  const root = (await workTreeOf(store, session))?.root ?? session.cwd
  return recent.map(({ path }) => {
    const whole = isAbsolute(path) || session.cwd === null ? path : join(session.cwd, path)
    const within = root === null ? undefined : relativeTo(root, whole)
    return within === undefined
      ? { key: whole, path: whole }
      : { key: `${session.projectId ?? root} ${within}`, path: within }
  })
}

async function workTreeOf({ machineId }: Pick<Store, 'machineId'>, session: Session) {
  if (session.cwd === null || session.machineId !== machineId || !isAbsolute(session.cwd)) return undefined
  const { worktreeOf } = await import('../git/branch.ts')
  return worktreeOf(session.cwd)
}
