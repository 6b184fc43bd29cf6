import * as z from 'zod/mini'
import { addUsage, dearestFirst, emptyUsage } from '../domain/usage.ts'
import type { Page } from '../stores/page.ts'
import type { UsageGroup } from '../stores/usage-store.ts'
import { filterFields, pageFields, text } from './fields.ts'
import { narrow } from './filter.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { pageOf, pageOfFirst, placeAfter } from './page.ts'
import { type UsageView, listPricesOf, usageView } from './usage-view.ts'

const usageFields = { ...filterFields, model: z.optional(text('only this model')) }
const seeAlso = ['usage explain', 'usage daily', 'usage session', 'usage model']

/** A list of sums; `totals` covers all of them, also those on other pages. */
export type UsageList<Row> = Page<Row & UsageView> & {
  totals: UsageView
  /** Date of the newest price table: costs are at list prices. */
  priceDate: string
}

export interface UsageTotal extends UsageView {
  /** Time of the first and the last response; null where there is none. */
  firstAt: string | null
  lastAt: string | null
  priceDate: string
}

export const usageTotal = defineOperation({
  name: 'usage.total',
  summary: 'Sum tokens and cost.',
  input: z.object(usageFields),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    examples: [
      { command: 'daybook usage total', says: 'of everything recorded' },
      { command: 'daybook usage total --since today', says: 'of today' },
    ],
    seeAlso,
  },
  async handle(context, { model, ...words }): Promise<UsageTotal> {
    const filter = { ...(await narrow(context, words)), model }
    const [totals, range] = await Promise.all([context.store.usage.total(filter), context.store.usage.range(filter)])
    return {
      ...usageView(totals),
      firstAt: range?.firstAt ?? null,
      lastAt: range?.lastAt ?? null,
      priceDate: listPricesOf(),
    }
  },
})

export interface SessionUsage {
  sessionId: string
  key: string | null
  ref: string | null
  title: string | null
  /** When its content was taken out; its usage counts all the same. */
  prunedAt: string | null
  agent: string | null
  project: string | null
  lastActivityAt: string | null
}

export const usageBySession = defineOperation({
  name: 'usage.session',
  summary: 'Sum tokens and cost by session, dearest first.',
  input: z.object({ ...usageFields, ...pageFields(20) }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    examples: [{ command: 'daybook usage session --since 7d', says: 'the dearest of the last 7 days' }],
    seeAlso: ['session show', 'usage explain'],
  },
  async handle(context, input): Promise<UsageList<SessionUsage>> {
    const { limit, cursor, model, ...words } = input
    const asked = placeAfter({ limit, cursor })
    const dearest = await context.store.usage.dearest({ ...(await narrow(context, words)), model }, asked)
    const { items, ...page } = pageOfFirst(dearest.items, dearest.total, { limit, cursor })
    const named = items.map(async ({ key, totals }) => {
      const session = await context.store.sessions.find(key)
      return {
        sessionId: key,
        key: session?.key ?? null,
        ref: session?.ref ?? null,
        title: session?.title ?? null,
        prunedAt: session?.prunedAt ?? null,
        agent: session?.agent ?? null,
        project: session?.project ?? null,
        lastActivityAt: session?.lastActivityAt ?? null,
        ...usageView(totals),
      }
    })
    return {
      items: await Promise.all(named),
      ...page,
      totals: usageView(dearest.totals),
      priceDate: listPricesOf(),
    }
  },
})

export const usageByModel = defineOperation({
  name: 'usage.model',
  summary: 'Sum tokens and cost by model, dearest first.',
  input: z.object({ ...usageFields, ...pageFields(50) }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: { examples: [{ command: 'daybook usage model', says: 'which model cost what' }], seeAlso },
  async handle(context, input): Promise<UsageList<{ model: string }>> {
    const { items, ...rest } = await groups(context, 'model', input)
    return { items: items.map(({ name, usage }) => ({ model: name.key, ...usage })), ...rest }
  },
})

export const usageByAgent = defineOperation({
  name: 'usage.agent',
  summary: 'Sum tokens and cost by agent, dearest first.',
  input: z.object({ ...usageFields, ...pageFields(50) }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: { examples: [{ command: 'daybook usage agent', says: 'which agent cost what' }], seeAlso },
  async handle(context, input): Promise<UsageList<{ agent: string }>> {
    const { items, ...rest } = await groups(context, 'agent', input)
    return { items: items.map(({ name, usage }) => ({ agent: name.key, ...usage })), ...rest }
  },
})

export const usageByProject = defineOperation({
  name: 'usage.project',
  summary: 'Sum tokens and cost by project, dearest first.',
  input: z.object({ ...usageFields, ...pageFields(50) }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: { examples: [{ command: 'daybook usage project', says: 'which project cost what' }], seeAlso },
  /** `projectId`, `project` and `identity` (origin or path) are null for sessions whose project is not recorded. */
  async handle(
    context,
    input,
  ): Promise<UsageList<{ projectId: string | null; project: string | null; identity: string | null }>> {
    const { items, ...rest } = await groups(context, 'project', input)
    const identities = new Map((await context.store.projects.list()).map(({ id, identity }) => [id, identity]))
    const named = items.map(({ name, usage }) => ({
      projectId: name.key || null,
      project: name.label || null,
      identity: identities.get(name.key) ?? null,
      ...usage,
    }))
    return { items: named, ...rest }
  },
})

interface Asked {
  agent?: string
  project?: string
  since?: string
  until?: string
  model?: string
  limit: number
  cursor?: string
}

async function groups(context: OperationContext, group: UsageGroup, asked: Asked) {
  const { limit, cursor, model, ...words } = asked
  const rows = await context.store.usage.by(group, { ...(await narrow(context, words)), model })
  rows.sort(dearestFirst)
  // The foot is the sum of the rows shown above it, so that a table adds up whatever is written meanwhile.
  const totals = rows.reduce((sum, row) => addUsage(sum, row.totals), emptyUsage())
  const { items, ...page } = pageOf(rows, { limit, cursor })
  return {
    items: items.map(({ key, label, totals: usage }) => ({ name: { key, label }, usage: usageView(usage) })),
    ...page,
    totals: usageView(totals),
    priceDate: listPricesOf(),
  }
}
