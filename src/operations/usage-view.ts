import { LIST_PRICE_DATE } from '../prices/list-price-date.ts'
import { allTokens, type TokenCounts, type UsageTotals } from '../domain/usage.ts'

/** A sum as every face shows it. Cost that cannot be known is null with the reason, never zero. */
export interface UsageView extends TokenCounts {
  /** Provider responses counted, each once. */
  responses: number
  /** Of the priced part; null where nothing in the sum has a price, and where no response is recorded. */
  costMicrodollars: number | null
  /** Why cost is null or incomplete; null when it is complete. */
  costReason: string | null
  /** All tokens (input, output, cache) that no price is known for. */
  unpricedTokens: number
  unpricedModels: string[]
}

export function usageView(totals: UsageTotals): UsageView {
  const { costMicrodollars, unpricedTokens, unpricedModels, responses, ...tokens } = totals
  const nothingPriced = responses === 0 || (unpricedTokens > 0 && unpricedTokens === allTokens(totals))
  return {
    ...tokens,
    responses,
    costMicrodollars: nothingPriced ? null : costMicrodollars,
    costReason: reasonOf(totals),
    unpricedTokens,
    unpricedModels,
  }
}

/** Dollars, as the older designs tell them: 0 where nothing was used; null where it has no price. */
export function estimatedCost({ responses, costMicrodollars }: UsageView): number | null {
  if (responses === 0) return 0
  return costMicrodollars === null ? null : costMicrodollars / 1e6
}

function reasonOf({ responses, unpricedTokens, unpricedModels }: UsageTotals): string | null {
  if (responses === 0) return 'no usage is recorded'
  return unpricedTokens > 0 ? `no price is known for ${unpricedModels.join(', ')}` : null
}

/** Date of the newest built-in price table, for "at list prices of". The date of each row's own: `usage explain`. */
export function listPricesOf(): string {
  return LIST_PRICE_DATE
}
