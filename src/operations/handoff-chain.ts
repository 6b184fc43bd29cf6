import type { OperationContext } from './operation.ts'
import { type SessionName, sessionName } from './session-view.ts'

/** What became of a handoff that an agent was started with. */
export interface WentOn {
  /** The session that took it; null where none did. */
  session: SessionName | null
  /** That session offers one itself. */
  handsOver: boolean
}

/** Who took a handoff, and whether that one hands over in turn: what a chain goes on by. */
export async function wentOn({ store }: OperationContext, handoffId: string): Promise<WentOn> {
  const { acceptedBySessionId } = await store.handoffs.get(handoffId)
  const session = acceptedBySessionId === null ? undefined : await store.sessions.find(acceptedBySessionId)
  if (session === undefined) return { session: null, handsOver: false }
  const { total } = await store.handoffs.list({ sessionId: session.id, states: ['offered'] }, { limit: 1 })
  return { session: sessionName(session), handsOver: total > 0 }
}
