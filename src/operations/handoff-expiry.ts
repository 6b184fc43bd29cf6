import type { Handoff } from '../domain/handoff.ts'
import { isOverdue, offersEndAt } from '../domain/handoff-offer.ts'
import type { HandoffStore } from '../stores/handoff-store.ts'
import type { Page, PageRequest } from '../stores/page.ts'
import type { OperationContext } from './operation.ts'

/** Handoffs as they stand now: offers that nobody took in time have expired, from when somebody looks. */
export async function handoffsNow(
  { store, clock }: Pick<OperationContext, 'store' | 'clock'>,
  filter: Parameters<HandoffStore['list']>[0],
  page: PageRequest,
): Promise<Page<Handoff>> {
  const found = await store.handoffs.list(filter, page)
  const nowMs = clock.now()
  if (!found.items.some((handoff) => isOverdue(handoff, nowMs))) return found
  await store.handoffs.expire(offersEndAt(nowMs), new Date(nowMs).toISOString())
  return store.handoffs.list(filter, page)
}
