import { AppError } from '../domain/errors.ts'
import { plural } from '../domain/format.ts'
import { PERSON, isOpen, isUnbound } from '../domain/session.ts'
import type { Session } from '../domain/session.ts'
import { projectOf } from './current-project.ts'
import { name, oneSession } from './filter.ts'
import { asCallerSees, sessionOfCall } from './call-session.ts'
import type { OperationContext } from './operation.ts'
import { isPointedAt, pointedSession } from './session-pointers.ts'

/** The session a call belongs to, and how that is known. */
export interface Which {
  session: Session
  /** As a sentence goes on: `named by DAYBOOK_SESSION`. */
  why: string
}

const MOST_NAMED = 10

/**
 * The session a caller is in, strongest evidence first: the word given, the caller's own word, the tool call itself, its agent's
 * id, its connection or terminal or processes, on a terminal the pointer files, the only live session of the project. Makes nothing.
 *
 * @param word what was given with the call
 * @throws AppError `not_found` for a word that names none, `conflict` listing the candidates when several are live
 */
export async function findSession(context: OperationContext, word?: string): Promise<Which | undefined> {
  const found = await namedOrKnown(context, word)
  return found && { ...found, session: await asCallerSees(context, found.session) }
}

async function namedOrKnown(context: OperationContext, word: string | undefined): Promise<Which | undefined> {
  const { caller } = context
  if (word !== undefined) return { session: await oneSession(context, word), why: `named ${word}` }
  if (caller.session !== null) {
    const by = caller.channel === 'cli' ? 'DAYBOOK_SESSION' : 'the call'
    return { session: await oneSession(context, caller.session), why: `named by ${by}` }
  }
  return (
    (await sessionOfCall(context)) ??
    (await byAgent(context)) ??
    (await byBinding(context, 'connection', caller.connection === null ? [] : [caller.connection])) ??
    (await byBinding(context, 'process', caller.processIds.map(String))) ??
    (await pointedSession(context)) ??
    (await onlyLive(context))
  )
}

async function byAgent(context: OperationContext): Promise<Which | undefined> {
  const { store, caller } = context
  const { agentSession } = caller
  if (agentSession === null) return undefined
  const found = (await store.sessions.resolve(agentSession.externalId)).find(
    ({ agent }) => agent === agentSession.agent,
  )
  if (found === undefined) return bySubagent(context, agentSession.externalId)
  return (await goneOn(context, found)) ?? { session: found, why: `the session of ${agentSession.agent} that calls` }
}

/** A subagent's own thread, of which its session's agent told when it began. */
async function bySubagent({ store }: OperationContext, thread: string): Promise<Which | undefined> {
  const [bound] = await store.bindings.find('agent', [thread])
  const session = bound && (await store.sessions.find(bound.sessionId))
  return session && { session, why: 'the session of the subagent that calls' }
}

/** After `/clear` the environment of what an agent started before still names the old session; its hook tells the new one. */
async function goneOn(context: OperationContext, old: Session): Promise<Which | undefined> {
  const bound = await byBinding(context, 'process', context.caller.processIds.map(String))
  let session = bound?.session
  for (let steps = 0; session?.relation === 'continues' && session.parentId !== null && steps < 100; steps++) {
    if (session.parentId === old.id) return bound
    session = await context.store.sessions.find(session.parentId)
  }
  return undefined
}

async function byBinding(
  { store, caller }: OperationContext,
  kind: 'connection' | 'process',
  values: readonly string[],
): Promise<Which | undefined> {
  if (values.length === 0) return undefined
  const found = await store.bindings.find(kind, values)
  // The nearest process decides; a session that was ended stands for nobody, one that only fell silent still does.
  const nearest = found.toSorted((a, b) => values.indexOf(a.value) - values.indexOf(b.value))
  for (const { sessionId } of nearest) {
    const session = await store.sessions.find(sessionId)
    if (!session || !isAtHand(session)) continue
    const place = kind === 'process' ? 'process' : caller.channel === 'mcp' ? 'connection' : 'terminal'
    return { session, why: `used on this ${place}` }
  }
  return undefined
}

/** Open, or expired while nobody looked: its agent or owner may come back to it. */
export function isAtHand(session: Session): boolean {
  return isOpen(session) || session.status === 'expired'
}

/** Active, its agent not gone, and something came within the idle limit. History that was only read is never live. */
function isLive(session: Session, nowMs: number, idleMs: number): boolean {
  return (
    session.status === 'active' &&
    session.calledAt !== null &&
    session.presence !== 'gone' &&
    nowMs - Date.parse(session.lastActivityAt) <= idleMs
  )
}

async function onlyLive(context: OperationContext): Promise<Which | undefined> {
  // A tool server serves one agent: it never takes up a session that somebody else works in.
  if (context.caller.channel === 'mcp') return undefined
  const live = await liveHere(context)
  const [first] = live
  if (first === undefined) return undefined
  if (live.length === 1) return { session: first, why: 'the only live session here' }
  throw new AppError('conflict', `${plural(live.length, 'live session')} here, and nothing says which one you mean`, {
    details: live.slice(0, MOST_NAMED).map(described),
    hint: `daybook status --session ${name(first)}`,
  })
}

/** Live sessions of the project the caller is in, last active first. Whoever deletes a pointer file puts implicit ones away. */
async function liveHere(context: OperationContext): Promise<Session[]> {
  const { store, clock, caller } = context
  const project = await projectOf(context, caller.cwd)
  if (project === undefined) return []
  const page = await store.sessions.list(
    { projectId: project.id, status: 'active', worked: true },
    { limit: 50, sort: 'last' },
  )
  const live = page.items.filter((session) => isLive(session, clock.now(), store.idleMs))
  if (!live.some((session) => session.implicit)) return live
  const pointed = await isPointedAt(context)
  return live.filter((session) => pointed || !session.implicit)
}

function described(session: Session): string {
  const ticket = session.stack.at(-1)?.ref
  const where = ticket === undefined ? 'no ticket' : `on ${ticket}`
  return `${name(session)} ${session.agent === PERSON ? '' : `${session.agent} `}${where}${session.title === null ? '' : `  ${session.title}`}`
}

/**
 * The session a change belongs to where none may be made for it. One that went stale is revived under its own id; one that
 * was put away is left so.
 *
 * @throws AppError `not_found` when the caller is in no session
 */
export async function ownSession(context: OperationContext, word?: string): Promise<Which> {
  const found = await needSession(context, word)
  const { store, clock } = context
  if (!isAtHand(found.session) || (found.session.status === 'expired' && isUnbound(found.session))) return found
  await store.sessions.touch(found.session.id, clock.now())
  return { ...found, session: await asCallerSees(context, await store.sessions.get(found.session.id)) }
}

/** @throws AppError `not_found` when the caller is in no session */
export async function needSession(context: OperationContext, word?: string): Promise<Which> {
  const found = await findSession(context, word)
  if (found) return found
  if (isNameless(context)) throw unnamed()
  throw new AppError('not_found', 'you are in no session here', { hint: 'daybook start' })
}

/** A caller of which nothing is known but what it sends: where that names no session, none is made or guessed. */
export function isNameless({ caller }: Pick<OperationContext, 'caller'>): boolean {
  return caller.channel === 'api' && caller.connection === null
}

export function unnamed(): AppError {
  return new AppError('invalid', 'this call belongs to a session, and names none', {
    hint: 'send X-Session-Key: SESSION-001, or session',
  })
}
