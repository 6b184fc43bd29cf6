import { describe, expect, it } from 'vitest'
import type { TokenCounts } from '../domain/usage.ts'
import { createPriceTable } from './price-table.ts'
import { priceUsage } from './price-usage.ts'

const table = createPriceTable()
const NOVEMBER_2025 = Date.parse('2025-11-20T12:00:00Z')
const NOVEMBER_2026 = Date.parse('2026-11-20T12:00:00Z')

function tokens(counts: Partial<TokenCounts>): TokenCounts {
  return {
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    cacheWrite1hTokens: 0,
    reasoningTokens: 0,
    ...counts,
  }
}

describe('the price of one response', () => {
  it('adds five kinds of tokens at their own rates', () => {
    const counts = tokens({
      inputTokens: 1_000, // $3 per million: 3,000 micro-dollars
      outputTokens: 500, // $15: 7,500
      cacheReadTokens: 20_000, // $0.30: 6,000
      cacheWriteTokens: 10_000, // 4,000 for five minutes at $3.75: 15,000
      cacheWrite1hTokens: 6_000, // for an hour at $6: 36,000
      reasoningTokens: 400, // inside output
    })
    expect(priceUsage(counts, 'claude-sonnet-4-5-20250929', NOVEMBER_2025, table)).toEqual({
      costMicrodollars: 67_500,
      costSource: 'computed',
      priceDate: '2025-10-15',
    })
  })

  it('rounds once, half up, over the whole row', () => {
    const cost = (counts: Partial<TokenCounts>) =>
      priceUsage(tokens(counts), 'claude-haiku-4-5', NOVEMBER_2025, table).costMicrodollars
    expect(cost({ cacheReadTokens: 4 })).toBe(0) // 400 nano-dollars
    expect(cost({ cacheReadTokens: 5 })).toBe(1) // 500
    expect(cost({ cacheReadTokens: 14 })).toBe(1) // 1,400
    expect(cost({ cacheReadTokens: 4, cacheWriteTokens: 1 })).toBe(2) // 400 + 1,250
  })

  it('charges all of a long prompt at the higher rates, output included', () => {
    const short = tokens({ inputTokens: 1, cacheReadTokens: 150_000, cacheWriteTokens: 49_999, outputTokens: 1_000 })
    const long = { ...short, inputTokens: 2 }
    const cost = (counts: TokenCounts) => priceUsage(counts, 'claude-sonnet-4-5', NOVEMBER_2025, table).costMicrodollars
    expect(cost(short)).toBe(247_499) // 3 + 45,000 + 187,496.25 + 15,000
    expect(cost(long)).toBe(487_505) // 12 + 90,000 + 374,992.5 + 22,500
  })

  it('multiplies every rate in fast mode, where the price of it is known', () => {
    const counts = tokens({ inputTokens: 1_000, outputTokens: 1_000, cacheReadTokens: 1_000 })
    const fast = (model: string) => priceUsage(counts, model, NOVEMBER_2026, table, { speed: 'fast' })
    expect(fast('claude-opus-4-6').costMicrodollars).toBe(6 * 30_500)
    expect(fast('claude-opus-5-5').costMicrodollars).toBe(2 * 24_200)
    expect(fast('claude-haiku-4-5')).toEqual({ costMicrodollars: null, costSource: 'unpriced', priceDate: null })
    expect(priceUsage(counts, 'claude-haiku-4-5', NOVEMBER_2026, table, { speed: 'standard' }).costMicrodollars).toBe(
      6_100,
    )
  })

  it('knows fast mode of OpenAI’s models, which serves no long prompts', () => {
    const fast = (model: string, inputTokens: number) =>
      priceUsage(tokens({ inputTokens, outputTokens: 1_000 }), model, NOVEMBER_2026, table, { speed: 'fast' })
        .costMicrodollars
    expect(fast('gpt-5.5', 1_000)).toBe(87_500) // 2.5 times 5,000 + 30,000
    expect(fast('gpt-5.6-sol', 1_000)).toBe(48_000) // twice 4,000 + 20,000
    expect(fast('gpt-5.6-sol', 300_000)).toBe(2_430_000) // 8 and 30 dollars a million, at standard speed
    expect(fast('gpt-5.4-nano', 1_000)).toBe(null)
  })

  it('charges what GPT-5.6 and later write to the cache, and nothing more before', () => {
    const write = (model: string) =>
      priceUsage(tokens({ cacheWriteTokens: 1_000 }), model, NOVEMBER_2026, table).costMicrodollars
    expect([write('gpt-5.5'), write('gpt-5.6-sol'), write('gpt-6-astra')]).toEqual([5_000, 5_000, 12_500])
  })

  it('leaves unknown models unpriced, however near their name is to a known one', () => {
    for (const model of [
      'claude-opus-9',
      'claude-sonnet-4-50',
      'claude',
      'sonnet',
      'kimi-k2.7-code',
      'anthropic/claude-sonnet-4.5:free',
      'gpt-5.6-sol-fast',
      'gpt-5.6-sol-pro',
      'gpt-oss:20b',
      '',
      'constructor',
    ]) {
      expect({ model, ...priceUsage(tokens({ inputTokens: 5 }), model, NOVEMBER_2026, table) }).toEqual({
        model,
        costMicrodollars: null,
        costSource: 'unpriced',
        priceDate: null,
      })
    }
  })

  it('costs nothing where the agent answered itself', () => {
    expect(priceUsage(tokens({}), '<synthetic>', NOVEMBER_2026, table)).toEqual({
      costMicrodollars: 0,
      costSource: 'computed',
      priceDate: null,
    })
  })

  it('takes the agent’s own sum over ours', () => {
    const reported = priceUsage(tokens({ inputTokens: 9 }), 'claude-opus-9', NOVEMBER_2026, table, {
      reportedCostMicrodollars: 1_234,
    })
    expect(reported).toEqual({ costMicrodollars: 1_234, costSource: 'reported', priceDate: null })
  })

  it('stays exact for sums no double can hold', () => {
    const counts = tokens({ outputTokens: 9_007_199_254_740_991 })
    expect(priceUsage(counts, 'claude-opus-4-1', NOVEMBER_2025, table).costMicrodollars).toBe(
      Number(9_007_199_254_740_991n * 75n),
    )
  })
})
