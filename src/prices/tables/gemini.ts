import { perMillion, type DatedPrices, type ModelPrice, type PublishedRates } from '../rates.ts'

const PRICING_PAGE = 'ai.google.dev/gemini-api/docs/pricing'

function withLongPrompts(price: ModelPrice, long: PublishedRates): ModelPrice {
  return { ...price, longPrompt: { promptTokens: 200_000, ...perMillion(long) } }
}

/** List prices of the Gemini developer API, paid tier, text; `docs/prices.md` says how each was checked. */
export const geminiPrices: DatedPrices[] = [
  {
    date: '2025-06-17',
    source: `${PRICING_PAGE}; figures from memory`,
    models: {
      'gemini-2.5-pro': withLongPrompts(perMillion({ input: 1.25, cacheRead: 0.125, output: 10 }), {
        input: 2.5,
        cacheRead: 0.25,
        output: 15,
      }),
      'gemini-2.5-flash': perMillion({ input: 0.3, cacheRead: 0.03, output: 2.5 }),
      'gemini-2.5-flash-lite': perMillion({ input: 0.1, cacheRead: 0.01, output: 0.4 }),
    },
  },
  {
    date: '2025-11-18',
    source: `${PRICING_PAGE}; figures from memory`,
    models: {
      'gemini-3-pro-preview': withLongPrompts(perMillion({ input: 2, cacheRead: 0.2, output: 12 }), {
        input: 4,
        cacheRead: 0.4,
        output: 18,
      }),
      'gemini-3-flash-preview': perMillion({ input: 0.5, cacheRead: 0.05, output: 3 }),
    },
  },
  {
    date: '2026-05-19',
    source: 'a reseller’s list-price page, 2026',
    models: { 'gemini-3.5-flash': perMillion({ input: 1.5, cacheRead: 0.15, output: 9 }) },
  },
]
