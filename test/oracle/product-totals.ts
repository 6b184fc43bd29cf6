import type { Store } from '../../src/stores/store.ts'
import type { Totals } from './totals.ts'

/** What the product says of everything it holds, in the oracle's terms. `messages` is not split by role there. */
export type ProductTotals = Omit<Totals, 'userMessages' | 'assistantMessages'> & { messages: number }

export async function productTotals(store: Store): Promise<ProductTotals> {
  const usage = await store.usage.total({})
  const { items: sessions } = await store.sessions.list({}, { limit: 1000 })
  const unanswered = await store.invocations.list({ outcome: 'unanswered' }, { limit: 1 })
  const commits = await store.files.commits({}, { limit: 1 })
  return {
    messages: sessions.reduce((sum, session) => sum + session.messageCount, 0),
    calls: sessions.reduce((sum, session) => sum + session.invocationCount, 0),
    failedCalls: sessions.reduce((sum, session) => sum + session.failedCount, 0),
    unansweredCalls: unanswered.total,
    commits: commits.total,
    responses: usage.responses,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    cacheReadTokens: usage.cacheReadTokens,
    cacheWriteTokens: usage.cacheWriteTokens,
    cacheWrite1hTokens: usage.cacheWrite1hTokens,
  }
}

/** The oracle's totals in the product's terms. */
export function comparable({ userMessages, assistantMessages, ...rest }: Totals): ProductTotals {
  return {
    messages: userMessages + assistantMessages,
    calls: rest.calls,
    failedCalls: rest.failedCalls,
    unansweredCalls: rest.unansweredCalls,
    commits: rest.commits,
    responses: rest.responses,
    inputTokens: rest.inputTokens,
    outputTokens: rest.outputTokens,
    cacheReadTokens: rest.cacheReadTokens,
    cacheWriteTokens: rest.cacheWriteTokens,
    cacheWrite1hTokens: rest.cacheWrite1hTokens,
  }
}
