import * as z from 'zod/mini'
import { addUsage, allTokens, emptyUsage, type UsageTotals } from '../domain/usage.ts'
import type { Page } from '../stores/page.ts'
import type { UsageFilter, UsageRow } from '../stores/usage-store.ts'
import { filterFields, pageFields, text } from './fields.ts'
import { name, narrow, oneSession } from './filter.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { everyItem } from './page.ts'
import { type SessionName, sessionName } from './session-view.ts'
import { type UsageView, usageView } from './usage-view.ts'

/** A row of the ledger with where it stands in a file, and whether it counts. */
export type ExplainedRow = UsageRow & {
  counted: boolean
  /** Why it is not counted, or not priced, or what was folded into it; null where there is nothing to say. */
  reason: string | null
}

export interface Explanation extends Page<ExplainedRow> {
  session: SessionName | null
  /** Summed from the rows, one by one. */
  totals: UsageView
  /** What was read and does not count again. */
  dropped: {
    /** Lines that repeated a response which is counted once. */
    repeatedLines: number
    /** Copies of responses that another session or transcript owns, with what they would have added. */
    inherited: { rows: number; usage: UsageView; owners: { session: string | null; rows: number }[] }
  }
  /** Counted in tokens and named, without a cost. */
  unpriced: { model: string; responses: number; tokens: number }[]
  /** Where costs come from, by row: written by the agent, computed from tokens, or without a price. */
  costSources: Record<string, number>
  /** Dates of the price tables that were used, oldest first. */
  priceDates: string[]
}

export const explainUsage = defineOperation({
  name: 'usage.explain',
  summary: 'Show the rows behind a total: file, line, and what was not counted and why.',
  input: z.object({
    session: z.optional(text('only this session')),
    ...filterFields,
    model: z.optional(text('only this model')),
    ...pageFields(50),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    args: ['session'],
    examples: [
      { command: 'daybook usage explain 1', says: 'one session, row by row' },
      { command: 'daybook usage explain --limit 5', says: 'the total of everything, and its first rows' },
    ],
    seeAlso: ['usage total', 'usage session', 'session show'],
  },
  async handle(context, { session: word, model, limit, cursor, ...words }): Promise<Explanation> {
    const session = word === undefined ? undefined : await oneSession(context, word)
    const filter = { ...(await narrow(context, words)), sessionId: session?.id, model }
    const [page, walked] = await Promise.all([
      context.store.usage.rows({ ...filter, includeInherited: true }, { limit, cursor }),
      walk(context, filter),
    ])
    const names = new Map<string, string>()
    const items: ExplainedRow[] = []
    for (const row of page.items) items.push(await explain(context, row, names))
    const owners = [...walked.owners].map(async ([id, rows]) => ({
      session: id === '' ? null : await nameOf(context, id, names),
      rows,
    }))
    return {
      session: session ? sessionName(session) : null,
      ...page,
      items,
      totals: usageView(walked.totals),
      dropped: {
        repeatedLines: walked.repeatedLines,
        inherited: {
          rows: walked.inherited.responses,
          usage: usageView(walked.inherited),
          owners: await Promise.all(owners),
        },
      },
      unpriced: [...walked.unpriced].map(([unpricedModel, sum]) => ({ model: unpricedModel, ...sum })),
      costSources: walked.costSources,
      priceDates: [...walked.priceDates].sort(),
    }
  },
})

/** Adds up every row the filter allows: the sum owes nothing to the query that `usage total` runs. */
async function walk({ store }: OperationContext, filter: UsageFilter) {
  const totals = emptyUsage()
  const inherited = emptyUsage()
  const owners = new Map<string, number>()
  const unpriced = new Map<string, { responses: number; tokens: number }>()
  const costSources: Record<string, number> = { reported: 0, computed: 0, unpriced: 0 }
  const priceDates = new Set<string>()
  let repeatedLines = 0
  for await (const row of everyItem((page) => store.usage.rows({ ...filter, includeInherited: true }, page))) {
    repeatedLines += row.lines - 1
    addUsage(row.inherited ? inherited : totals, totalsOf(row))
    if (row.inherited) {
      const owner = row.ownerSessionId ?? ''
      owners.set(owner, (owners.get(owner) ?? 0) + 1)
      continue
    }
    costSources[row.costSource] = (costSources[row.costSource] ?? 0) + 1
    if (row.priceDate !== null) priceDates.add(row.priceDate)
    if (row.costMicrodollars === null && allTokens(row) > 0) {
      const sum = unpriced.get(row.model) ?? { responses: 0, tokens: 0 }
      unpriced.set(row.model, { responses: sum.responses + 1, tokens: sum.tokens + allTokens(row) })
    }
  }
  return { totals, inherited, owners, unpriced, costSources, priceDates, repeatedLines }
}

function totalsOf(row: UsageRow): UsageTotals {
  const isUnpriced = row.costMicrodollars === null && allTokens(row) > 0
  return {
    inputTokens: row.inputTokens,
    outputTokens: row.outputTokens,
    cacheReadTokens: row.cacheReadTokens,
    cacheWriteTokens: row.cacheWriteTokens,
    cacheWrite1hTokens: row.cacheWrite1hTokens,
    reasoningTokens: row.reasoningTokens,
    responses: 1,
    costMicrodollars: row.costMicrodollars ?? 0,
    unpricedTokens: isUnpriced ? allTokens(row) : 0,
    unpricedModels: isUnpriced ? [row.model] : [],
  }
}

async function explain(context: OperationContext, row: UsageRow, names: Map<string, string>): Promise<ExplainedRow> {
  return { ...row, counted: !row.inherited, reason: await reasonOf(context, row, names) }
}

async function reasonOf(context: OperationContext, row: UsageRow, names: Map<string, string>): Promise<string | null> {
  const { inherited, ownerSessionId, sessionId, lines, model } = row
  if (inherited) {
    const elsewhere = ownerSessionId !== null && ownerSessionId !== sessionId
    return elsewhere
      ? `inherited: ${await nameOf(context, ownerSessionId, names)} counts it`
      : 'a copy: another transcript of this session counts it'
  }
  const reasons: string[] = []
  if (lines > 1) reasons.push(`${lines} lines carried this response; it counts once, with its largest output`)
  if (row.costMicrodollars === null) reasons.push(`unpriced: no price is known for ${model}`)
  return reasons.join('; ') || null
}

async function nameOf({ store }: OperationContext, id: string, names: Map<string, string>): Promise<string> {
  const known = names.get(id)
  if (known !== undefined) return known
  const session = await store.sessions.find(id)
  const found = session ? name(session) : id
  names.set(id, found)
  return found
}
