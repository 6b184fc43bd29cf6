import * as z from 'zod/mini'
import type { Page } from '../stores/page.ts'
import { choice, filterFields, pageFields, text } from './fields.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { usageByAgent, usageByModel, usageByProject, usageBySession } from './usage.ts'
import { usageDaily, usageMonthly, usageWeekly } from './usage-periods.ts'
import type { UsageView } from './usage-view.ts'

const GROUPS = ['day', 'week', 'month', 'session', 'model', 'agent', 'project'] as const

export type UsageReport = Page<UsageView> & { by: (typeof GROUPS)[number]; totals: UsageView; priceDate: string }

interface Asked {
  limit: number
  cursor?: string
  agent?: string
  project?: string
  since?: string
  until?: string
  model?: string
}

const REPORTS: Record<
  UsageReport['by'],
  (context: OperationContext, asked: Asked) => Promise<Omit<UsageReport, 'by'>>
> = {
  day: (context, asked) => usageDaily.handle(context, asked),
  week: (context, asked) => usageWeekly.handle(context, asked),
  month: (context, asked) => usageMonthly.handle(context, asked),
  session: (context, asked) => usageBySession.handle(context, asked),
  model: (context, asked) => usageByModel.handle(context, asked),
  agent: (context, asked) => usageByAgent.handle(context, asked),
  project: (context, asked) => usageByProject.handle(context, asked),
}

export const usageReport = defineOperation({
  name: 'usage.report',
  summary: 'Sum tokens and cost by day, week, month, session, model, agent or project.',
  input: z.object({
    by: z._default(choice(GROUPS, 'one row for each'), 'day'),
    ...filterFields,
    model: z.optional(text('only this model')),
    ...pageFields(50),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  mcp: { name: 'usage_report', toolset: 'history', within: 'project' },
  async handle(context, { by, ...asked }): Promise<UsageReport> {
    return { by, ...(await REPORTS[by](context, asked)) }
  },
})
