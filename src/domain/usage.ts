/** Where a row's cost comes from: the agent wrote it, we computed it from tokens, or no price is known. */
export const COST_SOURCES = ['reported', 'computed', 'unpriced'] as const
export type CostSource = (typeof COST_SOURCES)[number]

/**
 * Token counts of one provider response. `inputTokens`, `cacheReadTokens` and `cacheWriteTokens` never overlap;
 * `cacheWrite1hTokens` is the part of `cacheWriteTokens` written for an hour; `reasoningTokens` is inside `outputTokens`.
 */
export interface TokenCounts {
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  cacheWrite1hTokens: number
  reasoningTokens: number
}

/** One row of the ledger: one provider response, wherever its numbers were read. Every sum is a sum of these. */
export interface Usage extends TokenCounts {
  /** Row id, stable in one store. */
  id: number
  sessionId: string
  transcriptId: number
  /** Ordinal of the record whose numbers were taken. */
  record: number
  /** The provider's own id of the response, where the agent records it. */
  responseId: string
  requestId: string | null
  at: string
  model: string
  serviceTier: string | null
  /** Integer micro-dollars; null when unpriced. */
  costMicrodollars: number | null
  costSource: CostSource
  /** Date of the price table used, `2026-11-01`; null when unpriced or reported. */
  priceDate: string | null
  inherited: boolean
  sidechain: boolean
}

/** A sum over usage rows. `costMicrodollars` covers the priced rows; the rest is counted and named, never zero. */
export interface UsageTotals extends TokenCounts {
  responses: number
  costMicrodollars: number
  /** All tokens (input, output, cache) of rows without a price. */
  unpricedTokens: number
  unpricedModels: string[]
}

export function emptyUsage(): UsageTotals {
  return {
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    cacheWrite1hTokens: 0,
    reasoningTokens: 0,
    responses: 0,
    costMicrodollars: 0,
    unpricedTokens: 0,
    unpricedModels: [],
  }
}

/** Sums totals, naming each unpriced model once, in order of appearance. */
export function addUsage(into: UsageTotals, more: UsageTotals): UsageTotals {
  into.inputTokens += more.inputTokens
  into.outputTokens += more.outputTokens
  into.cacheReadTokens += more.cacheReadTokens
  into.cacheWriteTokens += more.cacheWriteTokens
  into.cacheWrite1hTokens += more.cacheWrite1hTokens
  into.reasoningTokens += more.reasoningTokens
  into.responses += more.responses
  into.costMicrodollars += more.costMicrodollars
  into.unpricedTokens += more.unpricedTokens
  for (const model of more.unpricedModels) if (!into.unpricedModels.includes(model)) into.unpricedModels.push(model)
  return into
}

/** Input, output and cache tokens; reasoning is inside output, one-hour writes inside cache writes. */
export function allTokens(counts: TokenCounts): number {
  return counts.inputTokens + counts.outputTokens + counts.cacheReadTokens + counts.cacheWriteTokens
}

interface Dear {
  key: string
  label: string
  totals: UsageTotals
}

/** Dearest first; what costs the same (nothing, where unpriced) by tokens, then by label. */
export function dearestFirst(a: Dear, b: Dear): number {
  return (
    b.totals.costMicrodollars - a.totals.costMicrodollars ||
    allTokens(b.totals) - allTokens(a.totals) ||
    inOrder(a.label, b.label) ||
    inOrder(a.key, b.key)
  )
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
