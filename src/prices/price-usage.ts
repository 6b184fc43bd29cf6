import type { CostSource, TokenCounts } from '../domain/usage.ts'
import type { PriceTable } from './price-table.ts'
import type { ModelPrice, Rates } from './rates.ts'

/** What one provider response costs, and how that is known. */
export interface PricedUsage {
  /** Integer micro-dollars, null when unpriced. */
  costMicrodollars: number | null
  costSource: CostSource
  /** Date of the table used; null when unpriced or reported. */
  priceDate: string | null
}

/** What beside the tokens decides the price. */
export interface PriceConditions {
  /** `fast` where the agent records it; anything else is the standard speed. */
  speed?: string
  /** The agent's own sum: it wins. */
  reportedCostMicrodollars?: number
}

/** Stands in an agent's transcript where it made up an answer itself; nobody is billed for it. */
export const SYNTHETIC_MODEL = '<synthetic>'

/**
 * Prices one row of the ledger, once: nano-dollars are summed whole and rounded half up to micro-dollars at the end.
 *
 * A model without a price, and fast mode where its price is not known, are `unpriced`, never zero.
 */
export function priceUsage(
  counts: TokenCounts,
  model: string,
  atMs: number,
  table: PriceTable,
  conditions: PriceConditions = {},
): PricedUsage {
  const reported = conditions.reportedCostMicrodollars
  if (reported !== undefined && Number.isFinite(reported) && reported >= 0) {
    return { costMicrodollars: Math.round(reported), costSource: 'reported', priceDate: null }
  }
  if (model === SYNTHETIC_MODEL) return { costMicrodollars: 0, costSource: 'computed', priceDate: null }
  const found = table.find(model, atMs)
  const rates = found && ratesFor(counts, found.price)
  const isFast = conditions.speed === 'fast' && !(rates && 'isNeverFast' in rates && rates.isNeverFast === true)
  const factor = isFast ? found?.price.fastFactor : 1
  if (!rates || factor === undefined) return { costMicrodollars: null, costSource: 'unpriced', priceDate: null }
  const nanodollars = cost(counts, rates)
  return { costMicrodollars: toMicrodollars(nanodollars, factor), costSource: 'computed', priceDate: found.date }
}

/** The rates of the whole request: a prompt beyond the threshold changes all of them. */
function ratesFor(counts: TokenCounts, price: ModelPrice): Rates {
  const { longPrompt } = price
  if (!longPrompt) return price
  const promptTokens = counts.inputTokens + counts.cacheReadTokens + counts.cacheWriteTokens
  return promptTokens > longPrompt.promptTokens ? longPrompt : price
}

function cost(counts: TokenCounts, rates: Rates): number | bigint {
  const hourWrites = Math.min(counts.cacheWrite1hTokens, counts.cacheWriteTokens)
  const parts: [number, number][] = [
    [counts.inputTokens, rates.input],
    [counts.outputTokens, rates.output],
    [counts.cacheReadTokens, rates.cacheRead],
    [counts.cacheWriteTokens - hourWrites, rates.cacheWrite],
    [hourWrites, rates.cacheWrite1h],
  ]
  let sum = 0
  for (const [tokens, rate] of parts) sum += tokens * rate
  // Beyond 2^53 / 100 nano-dollars ($90,000 in one response) only damaged input remains; it still adds up exactly.
  if (sum <= Number.MAX_SAFE_INTEGER / 100) return sum
  return parts.reduce((total, [tokens, rate]) => total + BigInt(Math.trunc(tokens)) * BigInt(rate), 0n)
}

function toMicrodollars(nanodollars: number | bigint, factor: number): number {
  if (typeof nanodollars === 'number') return Math.floor((nanodollars * factor + 500) / 1000)
  return Number((nanodollars * BigInt(Math.round(factor * 1000)) + 500_000n) / 1_000_000n)
}
