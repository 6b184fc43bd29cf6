import * as z from 'zod/mini'
import { addUsage, emptyUsage } from '../domain/usage.ts'
import { paceOf } from '../domain/usage-window.ts'
import { filterFields, flag, pageFields } from './fields.ts'
import { narrow } from './filter.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { pageOf } from './page.ts'
import { type RecordedLimits, recordedLimits } from './plan-limits.ts'
import type { UsageList } from './usage.ts'
import { listPricesOf, usageView } from './usage-view.ts'
import { agentWindows } from './usage-windows.ts'

/** Five hours of one agent. */
export interface UsageBlock {
  agent: string
  from: string
  to: string
  /** True while `to` has not come. */
  active: boolean
  /** Hours without a window before it; null for the first there is. */
  idleBeforeMs: number | null
  /** When the first response came; null except in an active one. */
  firstAt: string | null
  /** Since the first response; null except in an active one of ten minutes and more, and where nothing has a price. */
  costPerHourMicrodollars: number | null
  /** What the window takes at that pace until it ends: a projection. Null as above. */
  projectedCostMicrodollars: number | null
}

export interface UsageBlocks extends UsageList<UsageBlock> {
  /** One for each agent here, whether its transcripts record limits or not. */
  limits: RecordedLimits[]
}

export const usageBlocks = defineOperation({
  name: 'usage.blocks',
  summary: 'Sum tokens and cost by five-hour window, with pace and recorded limits.',
  input: z.object({
    agent: filterFields.agent,
    since: filterFields.since,
    until: filterFields.until,
    active: flag('only windows that run now'),
    ...pageFields(20),
  }),
  errors: [],
  effect: 'read',
  cli: {
    examples: [
      { command: 'daybook usage blocks', says: 'the newest 20 windows, with the pace of the one that runs' },
      { command: 'daybook usage blocks --active', says: 'only what runs now' },
    ],
    seeAlso: ['usage statusline', 'usage daily', 'usage agent'],
  },
  async handle(context, { active, limit, cursor, ...words }): Promise<UsageBlocks> {
    const { store, clock } = context
    const nowMs = clock.now()
    const { agent: only, from, to } = await narrow(context, words)
    const agents = only === undefined ? Object.keys((await store.sessions.stats({})).byAgent) : [only]
    const all = await Promise.all(agents.map((agent) => agentWindows(store, agent)))
    const asked = all.flat().filter(({ startMs, endMs }) => {
      const inRange = (from === undefined || endMs > Date.parse(from)) && (to === undefined || startMs < Date.parse(to))
      return inRange && (!active || endMs > nowMs)
    })
    asked.sort((a, b) => b.startMs - a.startMs || (a.agent < b.agent ? -1 : 1))
    const totals = asked.reduce((sum, window) => addUsage(sum, window.totals), emptyUsage())
    const { items, ...page } = pageOf(asked, { limit, cursor })
    const limits = await Promise.all(agents.map((agent) => recordedLimits(context, agent)))
    return {
      items: await Promise.all(items.map((window) => blockOf(context, window, nowMs))),
      ...page,
      totals: usageView(totals),
      priceDate: listPricesOf(),
      limits,
    }
  },
})

type AgentWindow = Awaited<ReturnType<typeof agentWindows>>[number]

async function blockOf({ store }: OperationContext, window: AgentWindow, nowMs: number) {
  const { agent, startMs, endMs, idleBeforeMs } = window
  const usage = usageView(window.totals)
  const [from, to] = [startMs, endMs].map((ms) => new Date(ms).toISOString()) as [string, string]
  const runs = startMs <= nowMs && nowMs < endMs
  const range = runs ? await store.usage.range({ agent, from, to }) : null
  const { costMicrodollars } = usage
  const known = range !== null && costMicrodollars !== null
  const pace = known ? paceOf({ endMs, costMicrodollars }, Date.parse(range.firstAt), nowMs) : null
  return {
    agent,
    from,
    to,
    active: runs,
    idleBeforeMs,
    firstAt: range?.firstAt ?? null,
    costPerHourMicrodollars: pace?.costPerHourMicrodollars ?? null,
    projectedCostMicrodollars: pace?.projectedCostMicrodollars ?? null,
    ...usage,
  }
}
