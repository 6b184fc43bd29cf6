import { KEPT_AGENT } from '../domain/session.ts'
import type { Session } from '../domain/session.ts'
import type { Store } from '../stores/store.ts'
import { checkOpen } from './move-context.ts'
import type { OperationContext } from './operation.ts'

/** The id that the program which keeps a session knows it by: its own, else ours. */
export function ownIdOf({ agent, externalId, id }: Pick<Session, 'agent' | 'externalId' | 'id'>): string {
  return agent === KEPT_AGENT ? externalId : id
}

/**
 * A session that something is added to, in the transaction that adds it. One that fell silent for a day is alive again.
 *
 * @param what completes "has ended, so ..."
 * @throws AppError `conflict` when it has ended
 */
export async function takingSession(
  tx: Store,
  { clock }: OperationContext,
  sessionId: string,
  what: string,
): Promise<Session> {
  await tx.sessions.touch(sessionId, clock.now())
  const session = await tx.sessions.get(sessionId)
  checkOpen(session, what)
  return session
}
