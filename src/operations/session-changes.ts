import type { Session } from '../domain/session.ts'
import type { SessionChange } from '../stores/session-store.ts'
import type { Store } from '../stores/store.ts'
import { oneSession } from './filter.ts'
import type { OperationContext } from './operation.ts'
import { type SessionView, sessionView } from './session-view.ts'

/** A change that somebody made to sessions, as it is kept in the log. */
export interface Change {
  /** `session.starred` */
  action: string
  /** What changes; nothing where the session stands so already. */
  of(session: Session): SessionChange | undefined
  /** For the log. */
  payload(before: Session, after: Session): Record<string, unknown>
}

export interface ChangedSessions {
  items: SessionView[]
  total: number
  nextCursor: null
  /** Ids of those that were not so before. */
  changed: string[]
}

/** Changes the sessions that words name, all of them or none, each change with its line in the log. */
export async function changeSessions(
  context: OperationContext,
  words: readonly string[],
  change: Change,
): Promise<ChangedSessions> {
  const named = new Map<string, Session>()
  for (const word of words) {
    const session = await oneSession(context, word)
    named.set(session.id, session)
  }
  const changed: string[] = []
  const sessions = await context.store.transaction(async (tx) => {
    const after: Session[] = []
    for (const { id } of named.values()) {
      const before = await tx.sessions.get(id)
      const wanted = change.of(before)
      const now = wanted ? await tx.sessions.update(id, wanted) : before
      if (wanted) {
        changed.push(id)
        await record(context, tx, id, change.action, change.payload(before, now))
      }
      after.push(now)
    }
    return after
  })
  return { items: sessions.map(sessionView), total: sessions.length, nextCursor: null, changed }
}

/** One line in a session's chain of the log. */
export async function record(
  { actor, clock }: OperationContext,
  tx: Store,
  sessionId: string,
  action: string,
  payload: Record<string, unknown>,
): Promise<void> {
  const at = new Date(clock.now()).toISOString()
  await tx.activities.append({ sessionId, at, actor, action, target: sessionId, payload })
}
