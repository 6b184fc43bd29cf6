import { describe, expect, it } from 'vitest'
import { LIST_PRICE_DATE } from './list-price-date.ts'
import { plainModelName } from './model-name.ts'
import { createPriceTable } from './price-table.ts'
import { perMillion } from './rates.ts'
import { claudePrices } from './tables/claude.ts'
import { geminiPrices } from './tables/gemini.ts'
import { openaiPrices } from './tables/openai.ts'

const at = (date: string) => Date.parse(`${date}T00:00:00Z`)

describe('dated prices', () => {
  const table = createPriceTable()

  it('hold from their day on', () => {
    const cacheRead = (ms: number) => table.find('claude-sonnet-5-5', ms)?.price.cacheRead
    expect(cacheRead(at('2026-10-07') - 1)).toBe(200)
    expect(cacheRead(at('2026-10-07'))).toBe(100)
    expect(table.find('claude-3-5-haiku-20241022', at('2024-11-20'))?.price.input).toBe(1_000)
    expect(table.find('claude-3-5-haiku-20241022', at('2025-01-01'))?.price.input).toBe(800)
  })

  it('stop charging long prompts more from the day the vendor did', () => {
    expect(table.find('claude-opus-4-6', at('2026-03-12'))?.price.longPrompt).toEqual({
      promptTokens: 200_000,
      input: 10_000,
      output: 37_500,
      cacheRead: 1_000,
      cacheWrite: 12_500,
      cacheWrite1h: 20_000,
    })
    expect(table.find('claude-opus-4-6', at('2026-03-13'))?.price.longPrompt).toBeUndefined()
  })

  it('name the table in force, not the day the model came', () => {
    expect(table.find('claude-opus-4-1', at('2026-11-20'))?.date).toBe('2026-11-09')
    expect(table.newestDate).toBe('2026-11-09')
    expect(LIST_PRICE_DATE).toBe(table.newestDate)
  })

  it('may be announced for later: they hold then, and are not the newest before', () => {
    const input = (date: string) => table.find('gemini-3.8-flash', at(date))?.price.input
    expect([input('2026-12-31'), input('2027-01-01')]).toEqual([750, 1_500])
    expect(table.newestDate).toBe('2026-11-09')
  })

  it('reach back for a model used before its first table', () => {
    const early = table.find('claude-opus-5', at('1970-01-01'))
    expect(early?.price.input).toBe(5_000)
    expect(early?.date).toBe('2026-07-24')
  })

  it('are whole nano-dollars, at least nothing and at most what a vendor could mean', () => {
    for (const { date, source, models } of [...claudePrices, ...openaiPrices, ...geminiPrices]) {
      expect(date).toMatch(/^20\d\d-\d\d-\d\d$/)
      expect(source).not.toBe('')
      for (const [model, { longPrompt, fastFactor, ...rates }] of Object.entries(models)) {
        expect(plainModelName(model), 'tables list plain names').toBe(model)
        expect(Number.isInteger((fastFactor ?? 1) * 10)).toBe(true)
        const { isNeverFast: _, ...long } = longPrompt ?? {}
        for (const rate of [...Object.values(rates), ...Object.values(long)]) {
          expect(Number.isInteger(rate) && rate > 0 && rate <= 272_000, `${model} ${date}`).toBe(true)
        }
      }
    }
  })
})

describe('spellings of one model', () => {
  it.each([
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
    ['claude-sonnet-4-5[1m]', 'claude-sonnet-4-5'],
    ['claude-opus-4-8[1m]', 'claude-opus-4-8'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
    ['global.anthropic.claude-opus-4-6-v1', 'claude-opus-4-6'],
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet'],
    [
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-20250514-v1:0',
      'claude-opus-4',
    ],
    ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
    ['claude-3-5-sonnet-v2@20241022', 'claude-3-5-sonnet'],
    ['claude-opus-4-6@default', 'claude-opus-4-6'],
    ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5'],
    ['openrouter/anthropic/claude-3.5-sonnet', 'claude-3-5-sonnet'],
    ['claude-4-sonnet', 'claude-sonnet-4'],
    ['claude-4.5-sonnet', 'claude-sonnet-4-5'],
    ['claude-opus-4-0', 'claude-opus-4'],
    ['claude-3-7-sonnet-latest', 'claude-3-7-sonnet'],
    ['Claude-Haiku-4-5', 'claude-haiku-4-5'],
    ['gpt-5-2025-08-07', 'gpt-5'],
    ['openai/gpt-5.2-codex', 'gpt-5.2-codex'],
    ['codex-mini-latest', 'codex-mini-latest'],
    ['models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['gpt-5.6-2026-07-09', 'gpt-5.6'],
    ['ca.anthropic.claude-opus-4-6-v1', 'claude-opus-4-6'],
    ['vertex_ai/claude-opus-4-6@default', 'claude-opus-4-6'],
    ['databricks-claude-sonnet-4-5', 'claude-sonnet-4-5'],
    ['anthropic/claude-sonnet-4.5:thinking', 'claude-sonnet-4-5'],
    ['claude-opus-4-6[1m]@default', 'claude-opus-4-6'],
    ['global.openai.gpt-5.5', 'gpt-5.5'],
  ])('%s is %s', (spelling, plain) => {
    expect(plainModelName(spelling)).toBe(plain)
    expect(createPriceTable().find(spelling, at('2026-11-20'))?.model).toBe(plain)
  })
})

describe('prices a user set', () => {
  const price = perMillion({ input: 1, output: 2 })

  it('come before the package’s own, under any spelling', () => {
    const table = createPriceTable([{ model: 'anthropic/claude-opus-4.5', price, source: 'prices.toml' }])
    expect(table.find('claude-opus-4-5-20251101', at('2026-01-01'))).toMatchObject({ price, source: 'prices.toml' })
  })

  it('leave what was before their day as it is', () => {
    const table = createPriceTable([{ model: 'claude-opus-4-5', from: '2026-06-01', price, source: 'prices.toml' }])
    expect(table.find('claude-opus-4-5', at('2026-05-31'))?.price.input).toBe(5_000)
    expect(table.find('claude-opus-4-5', at('2026-06-01'))?.price.input).toBe(1_000)
  })

  it('give a price to models that have none', () => {
    const table = createPriceTable([{ model: 'gemini-next', price, source: 'prices.toml' }])
    expect(table.find('gemini-next', at('2026-01-01'))?.price.output).toBe(2_000)
    expect(table.models).toContain('gemini-next')
  })
})
