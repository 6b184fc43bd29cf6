import { perMillion, type DatedPrices, type ModelPrice, type PublishedRates } from '../rates.ts'

const PRICING_PAGE = 'ai.google.dev/gemini-api/docs/pricing'

function withLongPrompts(price: ModelPrice, long: PublishedRates): ModelPrice {
  return { ...price, longPrompt: { promptTokens: 200_000, ...perMillion(long) } }
}

const pro31 = withLongPrompts(perMillion({ input: 2, cacheRead: 0.2, output: 12 }), {
  input: 4,
  cacheRead: 0.4,
  output: 18,
})

/** Half price until the end of 2026, with what follows on the same page. */
const introductory = perMillion({ input: 0.75, cacheRead: 0.075, output: 3.75 })
const afterwards = perMillion({ input: 1.5, cacheRead: 0.15, output: 7.5 })
const INTRODUCTORY = `${PRICING_PAGE}, as five price lists of August and September 2026 quote it`

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
    date: '2026-02-19',
    source: 'models.dev, which cites the vendor’s page',
    models: { 'gemini-3.1-pro-preview': pro31, 'gemini-3.1-pro-preview-customtools': pro31 },
  },
  {
    date: '2026-05-07',
    source: 'models.dev, which cites the vendor’s page',
    models: { 'gemini-3.1-flash-lite': perMillion({ input: 0.25, cacheRead: 0.025, output: 1.5 }) },
  },
  {
    date: '2026-05-19',
    source: 'a reseller’s list-price page, 2026',
    models: { 'gemini-3.5-flash': perMillion({ input: 1.5, cacheRead: 0.15, output: 9 }) },
  },
  { date: '2026-07-21', source: INTRODUCTORY, models: { 'gemini-3.6-flash': introductory } },
  { date: '2026-08-13', source: INTRODUCTORY, models: { 'gemini-3.7-flash': introductory } },
  { date: '2026-09-02', source: INTRODUCTORY, models: { 'gemini-3.8-flash': introductory } },
  {
    date: '2027-01-01',
    isAnnounced: true,
    source: INTRODUCTORY,
    models: Object.fromEntries(['3.6', '3.7', '3.8'].map((version) => [`gemini-${version}-flash`, afterwards])),
  },
]
