import { describe, expect, it } from 'vitest'
import { emptyUsage } from './usage.ts'
import { paceOf, windowsOf } from './usage-window.ts'

const slot = (at: string, costMicrodollars: number) => ({
  startMs: Date.parse(`2026-11-20T${at}:00Z`),
  totals: { ...emptyUsage(), costMicrodollars, responses: 1 },
})
const told = (...slots: ReturnType<typeof slot>[]) =>
  windowsOf(slots).map(({ startMs, endMs, totals, idleBeforeMs }) => [
    new Date(startMs).toISOString().slice(11, 16),
    new Date(endMs).toISOString().slice(11, 16),
    totals.costMicrodollars,
    idleBeforeMs,
  ])

describe('windows of five hours', () => {
  it('begin with the hour of the first response and hold all that come before they end', () => {
    expect(told(slot('01:45', 1), slot('03:00', 2), slot('05:45', 4))).toEqual([['01:00', '06:00', 7, null]])
  })

  it('follow one another without a pause where work goes on, and tell the pause where it does not', () => {
    expect(told(slot('01:45', 1), slot('06:00', 2), slot('13:15', 4))).toEqual([
      ['01:00', '06:00', 1, null],
      ['06:00', '11:00', 2, 0],
      ['13:00', '18:00', 4, 2 * 3_600_000],
    ])
  })

  it('are none where nothing was used', () => {
    expect(told()).toEqual([])
  })
})

describe('the pace', () => {
  const window = { endMs: 5 * 3_600_000, costMicrodollars: 3_000_000 }

  it('counts from the first response, and goes on until the end', () => {
    expect(paceOf(window, 1_800_000, 2 * 3_600_000)).toEqual({
      costPerHourMicrodollars: 2_000_000,
      projectedCostMicrodollars: 9_000_000,
    })
  })

  it('is not told in the first ten minutes', () => {
    expect(paceOf(window, 0, 599_999)).toBeNull()
    expect(paceOf(window, 0, 600_000)).not.toBeNull()
  })

  it('adds nothing once the window has ended', () => {
    expect(paceOf(window, 0, 6 * 3_600_000)?.projectedCostMicrodollars).toBe(3_000_000)
  })
})
