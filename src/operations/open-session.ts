import { associationOf } from '../domain/context.ts'
import { PERSON, isUnbound } from '../domain/session.ts'
import type { Session, SessionKind } from '../domain/session.ts'
import type { Store } from '../stores/store.ts'
import { asCallerSees } from './call-session.ts'
import { record } from './record.ts'
import type { OperationContext } from './operation.ts'
import { personCalls } from './person-time.ts'
import { pointTo } from './session-pointers.ts'
import { type Which, findSession, isAtHand, isNameless, unnamed } from './which-session.ts'

export interface OpenRequest {
  title?: string
  purpose?: string
  kind?: SessionKind
  agentName?: string
  tags?: string[]
  /** Made by a first call, not on purpose. */
  implicit: boolean
  /** What it goes on from. */
  continues?: Session
}

const CLIENTS = ['claude', 'codex', 'gemini', 'opencode', 'copilot', 'cursor'] as const

/** The agent behind a call: as its environment says, as its client calls itself, or a person. */
export function agentOf({ caller }: Pick<OperationContext, 'caller'>): string {
  if (caller.agentSession !== null) return caller.agentSession.agent
  const client = caller.clientName?.toLowerCase() ?? ''
  const known = CLIENTS.find((word) => client.includes(word))
  if (known !== undefined) return known === 'claude' ? 'claude-code' : known
  return caller.channel === 'mcp' ? 'unknown' : PERSON
}

/**
 * Makes the session of a caller. One on purpose has its key at once; an implicit one gets it with its first ticket.
 * An agent that says which session it is gets that one, whether its transcript was read already or not. What the caller's
 * first calls made, and nothing was said in, becomes one with the session it now begins on purpose.
 */
export async function openSession(
  context: OperationContext,
  request: OpenRequest,
): Promise<{ session: Session; warnings: string[] }> {
  const { store, caller, clock, sources } = context
  const agent = agentOf(context)
  const { projectEvidence } = await import('../git/project-evidence.ts')
  const { worktreeOf } = await import('../git/branch.ts')
  const evidence = await projectEvidence(caller.cwd)
  const worktree = await worktreeOf(caller.cwd)
  const session = await store.transaction(async (tx) => {
    const project = evidence && (await tx.projects.ensure(evidence))
    const known = await knownToAgent(tx, context)
    const made =
      known ??
      (await tx.sessions.create({
        agent,
        externalId: caller.agentSession?.externalId ?? null,
        refPrefix: sources.find(({ id }) => id === agent)?.refPrefix ?? 'db',
        kind: request.kind,
        channel: caller.channel,
        title: request.title,
        purpose: request.purpose,
        userId: context.actor,
        agentName: request.agentName,
        clientName: caller.clientName,
        tags: request.tags,
        implicit: request.implicit,
        projectId: project?.id,
        parentId: request.continues?.id,
        relation: request.continues ? 'continues' : null,
        cwd: caller.cwd,
        gitBranch: worktree?.branch,
      }))
    if (!request.implicit) {
      await tx.sessions.assignKey(made.id)
      for (const { id } of await unsaidSessions(tx, context)) if (id !== made.id) await tx.sessions.merge(made.id, id)
    }
    await bindCaller(tx, context, made.id)
    const payload = { channel: caller.channel, implicit: request.implicit, continues: request.continues?.id ?? null }
    await record(tx, context, made.id, 'session.started', payload)
    if (agent === PERSON) await tx.contexts.personCall(made.id, clock.now(), store.idleMs)
    return tx.sessions.get(made.id)
  })
  return { session, warnings: await pointTo(context, session) }
}

async function knownToAgent(tx: Store, { caller }: OperationContext): Promise<Session | undefined> {
  const { agentSession } = caller
  if (agentSession === null) return undefined
  const found = await tx.sessions.resolve(agentSession.externalId)
  return found.find(({ agent, externalId }) => agent === agentSession.agent && externalId === agentSession.externalId)
}

/** What stands for the caller's connection so far, where a first call made it and nobody put anything into it. */
async function unsaidSessions(tx: Store, { caller }: OperationContext): Promise<Session[]> {
  const bound = await tx.bindings.find('connection', caller.connection === null ? [] : [caller.connection])
  const unsaid: Session[] = []
  for (const { sessionId } of bound) {
    const session = await tx.sessions.find(sessionId)
    if (session && isUnbound(session) && session.key === null && associationOf(session) === 'undecided')
      unsaid.push(session)
  }
  return unsaid
}

/**
 * From now on the caller's connection or terminal stands for the session. A person works in one at a time there: the clock of
 * the one before stops.
 */
export async function bindCaller(tx: Store, { caller, clock }: OperationContext, sessionId: string): Promise<void> {
  if (caller.connection === null) return
  const [left] = await tx.bindings.find('connection', [caller.connection])
  if (left !== undefined && left.sessionId !== sessionId && (await isPersons(tx, left.sessionId, sessionId)))
    await tx.contexts.personStop(left.sessionId, clock.now(), tx.idleMs)
  await tx.bindings.bind('connection', [caller.connection], sessionId, clock.now())
}

async function isPersons(tx: Store, ...sessionIds: string[]): Promise<boolean> {
  for (const id of sessionIds) if ((await tx.sessions.find(id))?.agent !== PERSON) return false
  return true
}

/** A session for a call that changes something: the caller's own, or an implicit one made now. */
export interface Entered extends Which {
  warnings: string[]
  /** An implicit session that was put away because nothing came for too long. */
  putAway: PutAway | null
}

export type PutAway = Session & { idleMinutes: number }

/**
 * The session a changing call belongs to. An implicit one that was silent for longer than the idle limit becomes its agent's
 * own if its transcript is found now; else it is put away, and the call begins a new one without its ticket.
 */
export async function enterSession(context: OperationContext, word?: string): Promise<Entered> {
  const found = await findSession(context, word)
  const { store, clock, caller } = context
  if (found === undefined) {
    if (isNameless(context)) throw unnamed()
    const { session, warnings } = await openSession(context, { implicit: true })
    return { session, why: 'made by this call', warnings, putAway: null }
  }
  if (isPutAway(found.session)) {
    // Named on purpose it is left as it is: `resume` takes it up again.
    if (word !== undefined) return { ...found, warnings: [], putAway: null }
    const bound = await boundNow(context, found.session)
    if (bound) return { session: bound, why: `${found.why}, and known by its transcript`, warnings: [], putAway: null }
    const old = found.session
    await store.transaction(async (tx) => {
      await tx.sessions.update(old.id, { status: 'expired', endedAt: old.lastActivityAt })
      await tx.tickets.release(old.id)
      await record(tx, context, old.id, 'session.expired', { lastActivityAt: old.lastActivityAt })
    })
    const { session, warnings } = await openSession(context, { implicit: true, continues: old })
    return {
      session,
      why: 'made by this call',
      warnings,
      putAway: { ...old, idleMinutes: Math.round(store.idleMs / 60_000) },
    }
  }
  await store.sessions.touch(found.session.id, clock.now())
  const isPerson = found.session.agent === PERSON && isAtHand(found.session) && caller.channel === 'cli'
  const warnings = isPerson ? await store.transaction((tx) => personCalls(tx, context, found.session.id)) : []
  const session = await asCallerSees(context, await store.sessions.get(found.session.id))
  return { ...found, session, warnings, putAway: null }
}

/** The session once the newest transcripts were read, if one of them is its own: then its short clock has ended. */
async function boundNow(context: OperationContext, session: Session): Promise<Session | undefined> {
  const { store, clock, readNewest } = context
  if (readNewest === undefined || session.channel !== 'mcp') return undefined
  await readNewest(session.agent, Date.parse(session.startedAt))
  if (isUnbound(await store.sessions.get(session.id))) return undefined
  await store.sessions.touch(session.id, clock.now())
  return store.sessions.get(session.id)
}

/** An implicit session without a transcript, silent for strictly longer than the idle limit. */
export function isPutAway(session: Session): boolean {
  return isUnbound(session) && session.status === 'expired'
}

/** When that happens if nothing comes; null where it never does. */
export function expiresAt(session: Session, idleMs: number): string | null {
  if (!isUnbound(session) || session.status !== 'active') return null
  return new Date(Date.parse(session.lastActivityAt) + idleMs).toISOString()
}
