import type { Store } from '../stores/store.ts'
import type { OperationContext } from './operation.ts'

/** Writes one line of the log about a session, in its own chain. */
export async function record(
  tx: Store,
  { actor, clock }: Pick<OperationContext, 'actor' | 'clock'>,
  sessionId: string,
  action: string,
  payload: Record<string, unknown>,
): Promise<void> {
  const at = new Date(clock.now()).toISOString()
  await tx.activities.append({ sessionId, at, actor, action, target: sessionId, payload })
}

/** Writes one line of the log that is about no session. */
export async function recordApart(
  { store, actor, clock }: Pick<OperationContext, 'store' | 'actor' | 'clock'>,
  action: string,
  target: string,
  payload: Record<string, unknown> = {},
): Promise<void> {
  const at = new Date(clock.now()).toISOString()
  await store.activities.append({ sessionId: null, at, actor, action, target, payload })
}
