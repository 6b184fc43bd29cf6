import { perMillion, scaled, type DatedPrices, type ModelPrice } from '../rates.ts'

const PRICING_PAGE = 'developers.openai.com/api/docs/pricing'

/** Input, cached input and output in dollars per million; cache writes, where they are charged apart. */
function card(input: number, cacheRead: number, output: number, cacheWrite?: number): ModelPrice {
  return perMillion({ input, cacheRead, output, cacheWrite })
}

/** Prompts above 272,000 tokens: the whole request at twice the input and one and a half times the output. */
function withLongPrompts(price: ModelPrice): ModelPrice {
  const rates = scaled(price, { input: 2, output: 1.5 })
  return { ...price, longPrompt: { promptTokens: 272_000, isNeverFast: true, ...rates } }
}

/** Fast mode, until July 2026 called priority processing: it leaves long prompts out. */
function fast(fastFactor: number, price: ModelPrice): ModelPrice {
  return { ...price, fastFactor }
}

/** From GPT-5.6 on what is written to the cache costs 1.25 times its input. */
function withWrites(input: number, cacheRead: number, output: number): ModelPrice {
  return fast(2, withLongPrompts(card(input, cacheRead, output, input * 1.25)))
}

/** List prices of OpenAI's own API, standard tier and fast mode; `docs/prices.md` says how each was checked. */
export const openaiPrices: DatedPrices[] = [
  {
    date: '2025-04-16',
    source: 'from memory',
    models: {
      'gpt-4o': card(2.5, 1.25, 10),
      'gpt-4o-mini': card(0.15, 0.075, 0.6),
      'gpt-4.1': card(2, 0.5, 8),
      'gpt-4.1-mini': card(0.4, 0.1, 1.6),
      'gpt-4.1-nano': card(0.1, 0.025, 0.4),
      'o4-mini': card(1.1, 0.275, 4.4),
      'codex-mini-latest': card(1.5, 0.375, 6),
    },
  },
  { date: '2025-06-10', source: 'from memory', models: { o3: card(2, 0.5, 8) } },
  {
    date: '2025-08-07',
    source: `${PRICING_PAGE}; day from memory`,
    models: {
      'gpt-5': fast(2, card(1.25, 0.125, 10)),
      'gpt-5-codex': fast(2, card(1.25, 0.125, 10)),
      'gpt-5-mini': fast(1.8, card(0.25, 0.025, 2)),
      'gpt-5-nano': card(0.05, 0.005, 0.4),
    },
  },
  {
    date: '2025-11-13',
    source: `${PRICING_PAGE}; day from memory`,
    models: {
      'gpt-5.1': fast(2, card(1.25, 0.125, 10)),
      'gpt-5.1-codex': fast(2, card(1.25, 0.125, 10)),
      'gpt-5.1-codex-max': card(1.25, 0.125, 10),
      'gpt-5.1-codex-mini': card(0.25, 0.025, 2),
    },
  },
  {
    date: '2025-12-11',
    source: `${PRICING_PAGE}; day from memory`,
    models: { 'gpt-5.2': fast(2, card(1.75, 0.175, 14)), 'gpt-5.2-codex': card(1.75, 0.175, 14) },
  },
  {
    date: '2026-02-05',
    source: `${PRICING_PAGE}; day from memory`,
    models: { 'gpt-5.3-codex': fast(2, card(1.75, 0.175, 14)) },
  },
  {
    date: '2026-03-05',
    source: `${PRICING_PAGE}; day from memory`,
    models: {
      'gpt-5.4': fast(2, withLongPrompts(card(2.5, 0.25, 15))),
      'gpt-5.4-mini': fast(2, card(0.75, 0.075, 4.5)),
      'gpt-5.4-nano': card(0.2, 0.02, 1.25),
    },
  },
  { date: '2026-04-23', source: PRICING_PAGE, models: { 'gpt-5.5': fast(2.5, withLongPrompts(card(5, 0.5, 30))) } },
  {
    date: '2026-07-09',
    source: PRICING_PAGE,
    models: {
      'gpt-5.6': withWrites(5, 0.5, 30),
      'gpt-5.6-sol': withWrites(5, 0.5, 30),
      'gpt-5.6-terra': withWrites(2.5, 0.25, 15),
      'gpt-5.6-luna': withWrites(1, 0.1, 6),
    },
  },
  {
    date: '2026-07-30',
    source: PRICING_PAGE,
    models: {
      'gpt-5.6-terra': withWrites(2, 0.2, 12),
      'gpt-5.6-luna': withWrites(0.2, 0.02, 1.2),
    },
  },
  {
    date: '2026-08-21',
    source: PRICING_PAGE,
    models: { 'gpt-5.6': withWrites(4, 0.4, 20), 'gpt-5.6-sol': withWrites(4, 0.4, 20) },
  },
  { date: '2026-09-03', source: PRICING_PAGE, models: { 'gpt-6-astra': withWrites(10, 1, 50) } },
  {
    date: '2026-09-22',
    source: PRICING_PAGE,
    models: {
      'gpt-6-sol': withLongPrompts(card(2, 0.2, 10, 2.5)),
      'gpt-6-luna': withLongPrompts(card(0.1, 0.01, 0.5, 0.125)),
    },
  },
  { date: '2026-09-29', source: PRICING_PAGE, models: { 'gpt-6.1-sol': withWrites(2, 0.1, 10) } },
  { date: '2026-10-26', source: PRICING_PAGE, models: { 'gpt-6.1-terra': withWrites(1, 0.05, 5) } },
]
