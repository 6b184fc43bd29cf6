import { existsSync } from 'node:fs'
import { dropPointer, lastPointer, readPointer, worktreePointer, writePointer } from '../config/session-pointer.ts'
import { isOpen } from '../domain/session.ts'
import type { Session } from '../domain/session.ts'
import { projectOf } from './current-project.ts'
import type { OperationContext } from './operation.ts'
import type { Which } from './which-session.ts'

/** Where the pointer file of the caller's worktree lies: at its root, or in the folder itself outside a repository. */
async function worktreeFile({ caller, env }: OperationContext): Promise<string | undefined> {
  const { worktreeOf } = await import('../git/branch.ts')
  const root = (await worktreeOf(caller.cwd))?.root ?? caller.cwd
  // A file there would speak for every folder below.
  return root === '/' || root === env.home ? undefined : worktreePointer(root)
}

/**
 * The session that a pointer file names, while it has not ended. On a person's terminal that of the worktree, then of the
 * machine; a tool server takes up none but an implicit one that a client of its own name made here.
 */
export async function pointedSession(context: OperationContext): Promise<Which | undefined> {
  const { caller, clock, env, store } = context
  if (context.keepsNothing) return undefined
  const here = await worktreeFile(context)
  if (caller.channel === 'mcp') {
    const session = await namedBy(context, here)
    const isOwn = session?.implicit === true && session.channel === 'mcp' && session.clientName === caller.clientName
    return isOwn && clock.now() - Date.parse(session.lastActivityAt) <= store.idleMs
      ? { session, why: 'the last one of this client here' }
      : undefined
  }
  if (!caller.interactive) return undefined
  for (const file of [here, lastPointer(env)]) {
    const session = await namedBy(context, file)
    // A session of an agent at work is not taken up by a terminal beside it.
    if (!session || session.channel === 'mcp' || session.channel === 'hook') continue
    const project = await projectOf(context, caller.cwd)
    if (session.projectId !== null && session.projectId !== project?.id) continue
    return { session, why: 'the last one used here' }
  }
  return undefined
}

async function namedBy({ store }: OperationContext, file: string | undefined): Promise<Session | undefined> {
  const pointer = file === undefined ? undefined : readPointer(file)
  const session = pointer && (await store.sessions.find(pointer.sessionId))
  return session && isOpen(session) ? session : undefined
}

/** False when the implicit session's pointer file was deleted: its user put it away. */
export async function isPointedAt(context: OperationContext): Promise<boolean> {
  if (context.keepsNothing) return true
  const file = await worktreeFile(context)
  return file === undefined || existsSync(file)
}

/** Writes both pointer files after a change; what could not be written is a warning of its reply, once. */
export async function pointAfter(
  context: OperationContext,
  reply: { session: Pick<Session, 'id'>; warnings: string[] },
): Promise<void> {
  const session = await context.store.sessions.get(reply.session.id)
  for (const problem of await pointTo(context, session))
    if (!reply.warnings.includes(problem)) reply.warnings.push(problem)
}

/** Writes both pointer files. @returns what could not be written, for the reply to say */
export async function pointTo(context: OperationContext, session: Session): Promise<string[]> {
  if (context.keepsNothing) return []
  const pointer = {
    sessionId: session.id,
    currentTicket: session.stack.at(-1)?.ref ?? null,
    optedOut: session.optedOut,
    lastActivityAt: session.lastActivityAt,
  }
  const files = [await worktreeFile(context), context.caller.channel === 'cli' ? lastPointer(context.env) : undefined]
  const problems = files.map((file) => (file === undefined ? undefined : writePointer(file, pointer)))
  return problems.filter((problem) => problem !== undefined)
}

/** Removes pointer files that name an ended session. */
export async function pointAway(context: OperationContext, session: Session): Promise<void> {
  for (const file of [await worktreeFile(context), lastPointer(context.env)])
    if (file !== undefined) dropPointer(file, session.id)
}
