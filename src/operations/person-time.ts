import { formatDuration } from '../domain/format.ts'
import type { Session } from '../domain/session.ts'
import type { Interval } from '../domain/slice.ts'
import type { Store } from '../stores/store.ts'
import type { OperationContext } from './operation.ts'
import { record } from './record.ts'

const SHORTEST_OFFER_MS = 60_000

/**
 * Notes that a person called, in the caller's transaction. After a long silence only its beginning counts: what lies between
 * is kept in the log, and offered.
 *
 * @returns the offer, with the flag that takes it; empty without one
 */
export async function personCalls(tx: Store, context: OperationContext, sessionId: string): Promise<string[]> {
  const rest = await tx.contexts.personCall(sessionId, context.clock.now(), tx.idleMs)
  const restMs = rest === null ? 0 : rest.endMs - rest.startMs
  if (rest === null || restMs < SHORTEST_OFFER_MS) return []
  await record(tx, context, sessionId, IDLE, { ...rest })
  const silentMs = restMs + tx.idleMs
  return [
    `${formatDuration(silentMs)} since the last call, of which ${formatDuration(tx.idleMs)} count; daybook resume --count-idle counts the other ${formatDuration(restMs)} too`,
  ]
}

const IDLE = 'person.idle'
const COUNTED = 'person.idle_counted'
const LOOKED_BACK = 100

/** Counts the stretch that was offered last, once. @returns what was done, in words */
export async function countIdleStretch(context: OperationContext, session: Session): Promise<string> {
  return context.store.transaction(async (tx) => {
    const { items } = await tx.activities.list({ sessionId: session.id }, { limit: LOOKED_BACK })
    const offered = items.find(({ action }) => action === IDLE || action === COUNTED)
    if (offered?.action !== IDLE || offered.payload === null) return 'no time between calls is left to count'
    const stretch = offered.payload as unknown as Interval
    await tx.contexts.addPersonTime(session.id, stretch)
    await record(tx, context, session.id, COUNTED, { ...stretch })
    return `${formatDuration(stretch.endMs - stretch.startMs)} between calls counted as work`
  })
}
