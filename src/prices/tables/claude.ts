import { perMillion, scaled, type DatedPrices, type ModelPrice, type PublishedRates } from '../rates.ts'

const PRICING_PAGE = 'platform.claude.com/docs/en/about-claude/pricing'

/** Anthropic's usual card: cache reads cost a tenth of input, five-minute writes 1.25 times, one-hour writes twice. */
function usual(input: number, output: number, differs: Partial<PublishedRates> = {}): ModelPrice {
  return perMillion({
    input,
    output,
    cacheRead: input / 10,
    cacheWrite: input * 1.25,
    cacheWrite1h: input * 2,
    ...differs,
  })
}

/** Prompts above 200,000 tokens cost twice the input and one and a half times the output (the 1M-context beta). */
function withLongPrompts(price: ModelPrice): ModelPrice {
  return { ...price, longPrompt: { promptTokens: 200_000, ...scaled(price, { input: 2, output: 1.5 }) } }
}

const haiku55 = usual(0.1, 0.5)

/**
 * List prices of Anthropic's own API. Each table holds what changed that day; `docs/prices.md` says how each was checked.
 * Fast mode: six times for Opus 4.6 and 4.7, twice from Opus 4.8 on.
 */
export const claudePrices: DatedPrices[] = [
  {
    date: '2024-03-13',
    source: `${PRICING_PAGE} (Haiku 3, Opus 3); Sonnet 3 from memory`,
    models: {
      'claude-3-opus': usual(15, 75),
      'claude-3-sonnet': usual(3, 15),
      'claude-3-haiku': usual(0.25, 1.25, { cacheRead: 0.03, cacheWrite: 0.3 }),
    },
  },
  { date: '2024-06-20', source: 'from memory', models: { 'claude-3-5-sonnet': usual(3, 15) } },
  { date: '2024-11-04', source: 'from memory', models: { 'claude-3-5-haiku': usual(1, 5) } },
  { date: '2024-12-03', source: `${PRICING_PAGE}; day from memory`, models: { 'claude-3-5-haiku': usual(0.8, 4) } },
  { date: '2025-02-24', source: PRICING_PAGE, models: { 'claude-3-7-sonnet': usual(3, 15) } },
  {
    date: '2025-05-22',
    source: PRICING_PAGE,
    models: { 'claude-opus-4': usual(15, 75), 'claude-sonnet-4': withLongPrompts(usual(3, 15)) },
  },
  { date: '2025-08-05', source: PRICING_PAGE, models: { 'claude-opus-4-1': usual(15, 75) } },
  { date: '2025-09-29', source: PRICING_PAGE, models: { 'claude-sonnet-4-5': withLongPrompts(usual(3, 15)) } },
  { date: '2025-10-15', source: PRICING_PAGE, models: { 'claude-haiku-4-5': usual(1, 5) } },
  { date: '2025-11-24', source: PRICING_PAGE, models: { 'claude-opus-4-5': usual(5, 25) } },
  {
    date: '2026-02-05',
    source: 'platform.claude.com/docs/en/build-with-claude/fast-mode, read February 2026',
    models: { 'claude-opus-4-6': withLongPrompts({ ...usual(5, 25), fastFactor: 6 }) },
  },
  { date: '2026-02-17', source: PRICING_PAGE, models: { 'claude-sonnet-4-6': withLongPrompts(usual(3, 15)) } },
  {
    date: '2026-03-13',
    source: 'announcement of the 1M context at standard prices',
    models: { 'claude-opus-4-6': { ...usual(5, 25), fastFactor: 6 }, 'claude-sonnet-4-6': usual(3, 15) },
  },
  { date: '2026-04-16', source: PRICING_PAGE, models: { 'claude-opus-4-7': { ...usual(5, 25), fastFactor: 6 } } },
  { date: '2026-05-28', source: PRICING_PAGE, models: { 'claude-opus-4-8': { ...usual(5, 25), fastFactor: 2 } } },
  {
    date: '2026-06-09',
    source: PRICING_PAGE,
    models: { 'claude-fable-5': usual(10, 50), 'claude-mythos-5': usual(10, 50) },
  },
  { date: '2026-06-30', source: PRICING_PAGE, models: { 'claude-sonnet-5': usual(2, 10) } },
  { date: '2026-07-24', source: PRICING_PAGE, models: { 'claude-opus-5': { ...usual(5, 25), fastFactor: 2 } } },
  {
    date: '2026-09-01',
    source: PRICING_PAGE,
    models: {
      'claude-fable-5-1': usual(10, 50, { cacheRead: 0.25 }),
      'claude-mythos-5-1': usual(10, 50, { cacheRead: 0.25 }),
    },
  },
  {
    date: '2026-09-22',
    source: 'platform.claude.com/docs/en/models/opus-5-5/overview',
    models: { 'claude-opus-5-5': { ...usual(4, 20, { cacheRead: 0.2 }), fastFactor: 2 } },
  },
  {
    date: '2026-09-28',
    source: 'platform.claude.com/docs/en/models/sonnet-5-5/overview',
    models: { 'claude-sonnet-5-5': usual(2, 10) },
  },
  {
    date: '2026-10-07',
    source: 'platform.claude.com/docs/en/models/haiku-5-5/overview',
    models: {
      'claude-haiku-5-5': {
        ...haiku55,
        longPrompt: { promptTokens: 100_000, ...scaled(haiku55, { input: 5, output: 5 }) },
      },
      'claude-sonnet-5-5': usual(2, 10, { cacheRead: 0.1 }),
    },
  },
  {
    date: '2026-11-09',
    source: 'vendor model page as quoted in release notes of 2026-11-09 and -12',
    models: { 'claude-fable-5-2': { ...usual(8, 40, { cacheRead: 0.2 }), fastFactor: 2 } },
  },
]
