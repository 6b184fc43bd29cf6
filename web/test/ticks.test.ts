import { describe, expect, it } from 'vitest'
import { moneyTicks } from '../src/reports/ticks.ts'

describe('marks of an axis of money', () => {
  it.each([
    [5_940_000, [0, 2_000_000, 4_000_000, 6_000_000]],
    [4_000_000, [0, 1_000_000, 2_000_000, 3_000_000, 4_000_000]],
    [4_000_001, [0, 2_000_000, 4_000_000, 6_000_000]],
    [1_284_200_000, [0, 500_000_000, 1_000_000_000, 1_500_000_000]],
    [30_000, [0, 10_000, 20_000, 30_000]],
    [9_000, [0, 5_000, 10_000]],
    [0, [0]],
  ])('of at most %i micro-dollars', (most, ticks) => {
    expect(moneyTicks(most)).toEqual(ticks)
  })

  it('are five at most, begin at 0 and reach the highest', () => {
    for (let most = 1; most < 1e12; most = Math.ceil(most * 1.37)) {
      const ticks = moneyTicks(most)
      expect([ticks[0], ticks.length <= 5, ticks.at(-1)! >= most], String(most)).toEqual([0, true, true])
    }
  })
})
