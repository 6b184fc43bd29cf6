import { describe, expect, it } from 'vitest'
import { addUsage, emptyUsage } from './usage.ts'

describe('sums of usage', () => {
  it('add field by field and name each unpriced model once', () => {
    const one = {
      ...emptyUsage(),
      inputTokens: 1,
      outputTokens: 2,
      responses: 1,
      costMicrodollars: 7,
      unpricedModels: ['b'],
    }
    const two = { ...emptyUsage(), cacheReadTokens: 3, cacheWriteTokens: 5, cacheWrite1hTokens: 4, reasoningTokens: 1 }
    const three = { ...emptyUsage(), responses: 2, unpricedTokens: 9, unpricedModels: ['a', 'b'] }
    expect([one, two, three].reduce(addUsage, emptyUsage())).toEqual({
      inputTokens: 1,
      outputTokens: 2,
      cacheReadTokens: 3,
      cacheWriteTokens: 5,
      cacheWrite1hTokens: 4,
      reasoningTokens: 1,
      responses: 3,
      costMicrodollars: 7,
      unpricedTokens: 9,
      unpricedModels: ['b', 'a'],
    })
  })

  it('leave what they were made of as it was', () => {
    const part = { ...emptyUsage(), unpricedModels: ['a'] }
    const sum = addUsage(emptyUsage(), part)
    addUsage(sum, { ...emptyUsage(), unpricedModels: ['b'] })
    expect(part.unpricedModels).toEqual(['a'])
  })
})
