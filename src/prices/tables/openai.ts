import { perMillion, scaled, type DatedPrices, type ModelPrice } from '../rates.ts'

const PRICING_PAGE = 'developers.openai.com/api/docs/pricing'

/** Input, cached input and output in dollars per million; cache writes, where they are charged apart. */
function card(input: number, cacheRead: number, output: number, cacheWrite?: number): ModelPrice {
  return perMillion({ input, cacheRead, output, cacheWrite })
}

/** Prompts above 272,000 tokens: the whole request at twice the input and one and a half times the output. */
function withLongPrompts(price: ModelPrice): ModelPrice {
  return { ...price, longPrompt: { promptTokens: 272_000, ...scaled(price, { input: 2, output: 1.5 }) } }
}

/** List prices of OpenAI's own API, standard tier; `docs/prices.md` says how each was checked. */
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
      'gpt-5': card(1.25, 0.125, 10),
      'gpt-5-codex': card(1.25, 0.125, 10),
      'gpt-5-mini': card(0.25, 0.025, 2),
      'gpt-5-nano': card(0.05, 0.005, 0.4),
    },
  },
  {
    date: '2025-11-13',
    source: `${PRICING_PAGE}; day from memory`,
    models: {
      'gpt-5.1': card(1.25, 0.125, 10),
      'gpt-5.1-codex': card(1.25, 0.125, 10),
      'gpt-5.1-codex-max': card(1.25, 0.125, 10),
      'gpt-5.1-codex-mini': card(0.25, 0.025, 2),
    },
  },
  {
    date: '2025-12-11',
    source: `${PRICING_PAGE}; day from memory`,
    models: { 'gpt-5.2': card(1.75, 0.175, 14), 'gpt-5.2-codex': card(1.75, 0.175, 14) },
  },
  {
    date: '2026-02-05',
    source: `${PRICING_PAGE}; day from memory`,
    models: { 'gpt-5.3-codex': card(1.75, 0.175, 14) },
  },
  {
    date: '2026-03-05',
    source: `${PRICING_PAGE}; day from memory`,
    models: { 'gpt-5.4': withLongPrompts(card(2.5, 0.25, 15)), 'gpt-5.4-mini': card(0.75, 0.075, 4.5) },
  },
  { date: '2026-04-23', source: PRICING_PAGE, models: { 'gpt-5.5': withLongPrompts(card(5, 0.5, 30)) } },
  {
    date: '2026-07-09',
    source: PRICING_PAGE,
    models: {
      'gpt-5.6-sol': withLongPrompts(card(5, 0.5, 30)),
      'gpt-5.6-terra': withLongPrompts(card(2.5, 0.25, 15)),
      'gpt-5.6-luna': withLongPrompts(card(1, 0.1, 6)),
    },
  },
  {
    date: '2026-07-30',
    source: PRICING_PAGE,
    models: {
      'gpt-5.6-terra': withLongPrompts(card(2, 0.2, 12)),
      'gpt-5.6-luna': withLongPrompts(card(0.2, 0.02, 1.2)),
    },
  },
  { date: '2026-08-21', source: PRICING_PAGE, models: { 'gpt-5.6-sol': withLongPrompts(card(4, 0.4, 20)) } },
  { date: '2026-09-03', source: PRICING_PAGE, models: { 'gpt-6-astra': withLongPrompts(card(10, 1, 50)) } },
  {
    date: '2026-09-22',
    source: PRICING_PAGE,
    models: {
      'gpt-6-sol': withLongPrompts(card(2, 0.2, 10, 2.5)),
      'gpt-6-luna': withLongPrompts(card(0.1, 0.01, 0.5, 0.125)),
    },
  },
  { date: '2026-09-29', source: PRICING_PAGE, models: { 'gpt-6.1-sol': withLongPrompts(card(2, 0.1, 10, 2.5)) } },
  { date: '2026-10-26', source: PRICING_PAGE, models: { 'gpt-6.1-terra': withLongPrompts(card(1, 0.05, 5, 1.25)) } },
]
