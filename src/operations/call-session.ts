import type { Session } from '../domain/session.ts'
import type { Store } from '../stores/store.ts'
import type { OperationContext } from './operation.ts'
import type { Which } from './which-session.ts'

/** A call stands in a transcript that something came to since. */
const NEW_MS = 24 * 3_600_000

/** What an agent wrote down in so long is read when one of its calls is in nothing that was read. */
const JUST_NOW_MS = 10 * 60_000

/**
 * The session of this very tool call: its agent told a hook that it is about to make it, or its transcript has it. A connection
 * of which nothing else is known has the newest transcripts read for it.
 */
export async function sessionOfCall(context: OperationContext): Promise<Which | undefined> {
  const { store, caller, clock, readNewest } = context
  const { toolUse } = caller
  if (toolUse === null) return undefined
  const [told] = await store.bindings.find('call', [toolUse.id])
  if (told !== undefined) {
    const session = await store.sessions.find(told.sessionId)
    if (session === undefined) return undefined
    // A subagent's first change is its own only once its transcript is known.
    if (told.subagent !== null && (await callingSubagent(store, context, session)) === undefined)
      await readNewest?.(session.agent, clock.now() - JUST_NOW_MS)
    return { session, why: 'the session of the agent that makes this call' }
  }
  const found = await inTranscripts(context, toolUse.id)
  if (found !== undefined || readNewest === undefined || (await isKnown(context))) return found
  await readNewest(toolUse.agent, clock.now() - JUST_NOW_MS)
  return inTranscripts(context, toolUse.id)
}

async function inTranscripts({ store, clock }: OperationContext, callId: string): Promise<Which | undefined> {
  const newSince = new Date(clock.now() - NEW_MS).toISOString()
  const { items } = await store.invocations.list({ callId, newSince }, { limit: 2 })
  const [call] = items
  // A call that lies in two transcripts says nothing.
  if (call === undefined || items.length > 1) return undefined
  return { session: await store.sessions.get(call.sessionId), why: 'the session whose transcript has this call' }
}

async function isKnown({ store, caller }: OperationContext): Promise<boolean> {
  if (caller.agentSession !== null || caller.connection === null) return true
  return (await store.bindings.find('connection', [caller.connection])).length > 0
}

/**
 * The transcript of the subagent that makes this call, where one does: what it changes holds for that transcript alone.
 *
 * @returns row id
 */
export async function callingSubagent(
  store: Store,
  { caller }: Pick<OperationContext, 'caller'>,
  { id: sessionId, externalId }: Pick<Session, 'id' | 'externalId'>,
): Promise<number | undefined> {
  const { toolUse, agentSession } = caller
  const callId = toolUse?.id
  const [told] = callId === undefined ? [] : await store.bindings.find('call', [callId])
  const [call] =
    callId === undefined || told !== undefined
      ? []
      : (await store.invocations.list({ sessionId, callId }, { limit: 1 })).items
  // An agent that tells its commands their own thread names the subagent by it.
  const named = toolUse === null && agentSession?.externalId !== externalId ? agentSession?.externalId : undefined
  const subagent = told?.subagent ?? named
  if (call === undefined && subagent === undefined) return undefined
  const transcripts = (await store.transcripts.list({ sessionId })).filter(({ kind }) => kind === 'subagent')
  return transcripts.find((one) => (call ? one.id === call.transcriptId : one.externalId === subagent))?.id
}

/** A session with the stack that its caller stands on: a subagent's own from its first change on, its session's until then. */
export async function asCallerSees(context: OperationContext, session: Session): Promise<Session> {
  const transcriptId = await callingSubagent(context.store, context, session)
  if (transcriptId === undefined) return session
  const { stack, optedOut } = await context.store.contexts.get(session.id, transcriptId)
  return { ...session, stack: [...stack], optedOut }
}
