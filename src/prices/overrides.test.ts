import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parsePriceOverrides, readPriceOverrides } from './overrides.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'daybook-prices-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('a user’s price file', () => {
  it('is read as TOML, with what is left out at the price of input', () => {
    writeFileSync(
      join(directory, 'prices.toml'),
      `[models.gemini-next]
       input = 1.25
       output = 10
       cacheRead = 0.125

       [models."my/model-1.5"]
       input = 2
       output = 8
       from = "2026-06-01"
       fastFactor = 3
       longPrompt = { promptTokens = 100000, input = 4, output = 12 }
      `,
    )
    expect(readPriceOverrides(directory)).toEqual([
      {
        model: 'gemini-next',
        price: { input: 1_250, output: 10_000, cacheRead: 125, cacheWrite: 1_250, cacheWrite1h: 1_250 },
        source: join(directory, 'prices.toml'),
      },
      {
        model: 'my/model-1.5',
        from: '2026-06-01',
        price: {
          input: 2_000,
          output: 8_000,
          cacheRead: 2_000,
          cacheWrite: 2_000,
          cacheWrite1h: 2_000,
          fastFactor: 3,
          longPrompt: {
            promptTokens: 100_000,
            input: 4_000,
            output: 12_000,
            cacheRead: 4_000,
            cacheWrite: 4_000,
            cacheWrite1h: 4_000,
          },
        },
        source: join(directory, 'prices.toml'),
      },
    ])
  })

  it('may be JSON instead, but not both', () => {
    writeFileSync(join(directory, 'prices.json'), '{"models":{"m":{"input":1,"output":2}}}')
    expect(readPriceOverrides(directory)[0]?.price.output).toBe(2_000)
    writeFileSync(join(directory, 'prices.toml'), '')
    expect(() => readPriceOverrides(directory)).toThrow(`both prices.toml and prices.json are in ${directory}`)
  })

  it('may be absent', () => {
    expect(readPriceOverrides(directory)).toEqual([])
    expect(readPriceOverrides(join(directory, 'nowhere'))).toEqual([])
  })

  it.each([
    ['{"models":{"m":{"input":1}}}', /prices\.json: models\.m\.output: /],
    ['{"models":{"m":{"input":-1,"output":2}}}', /models\.m\.input: /],
    ['{"models":{"m":{"input":0.0001,"output":2}}}', /models\.m\.input: has more than three decimals/],
    ['{"models":{"m":{"input":1,"output":2,"cashRead":3}}}', /models\.m: .*cashRead/],
    ['{"models":{"m":{"input":1,"output":2,"from":"June"}}}', /models\.m\.from: /],
    ['{"models":', /prices\.json cannot be read: /],
  ])('names the file and the field of %s', (text, message) => {
    expect(() => parsePriceOverrides(text, 'prices.json')).toThrow(message)
  })
})
