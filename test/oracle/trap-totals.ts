import type { Store } from '../../src/stores/store.ts'
import type { Totals } from '../../traps/trap.ts'

/** What the product says of everything it holds, in the words of `traps/`. */
export async function trapTotals(store: Store): Promise<Totals> {
  const { items: sessions } = await store.sessions.list({}, { limit: 1000 })
  const usage = await store.usage.total({})
  const sum = (field: 'messageCount' | 'invocationCount' | 'failedCount'): number =>
    sessions.reduce((total, session) => total + session[field], 0)
  const { items: problems } = await store.problems.list({}, { limit: 1000 })
  let prompts = 0
  for (const { id } of sessions) {
    prompts += await store.entries.count({ sessionId: id, roles: ['user'], types: ['message'] })
  }
  return {
    sessions: sessions.length,
    prompts,
    answers: sum('messageCount') - prompts,
    calls: sum('invocationCount'),
    failedCalls: sum('failedCount'),
    unansweredCalls: (await store.invocations.list({ outcome: 'unanswered' }, { limit: 1 })).total,
    commits: (await store.files.commits({}, { limit: 1 })).total,
    responses: usage.responses,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    reasoningTokens: usage.reasoningTokens,
    cacheReadTokens: usage.cacheReadTokens,
    cacheWriteTokens: usage.cacheWriteTokens,
    cacheWrite1hTokens: usage.cacheWrite1hTokens,
    costMicrodollars: usage.costMicrodollars ?? undefined,
    unreadableLines: problems.filter(({ line }) => line !== null).length,
  }
}
