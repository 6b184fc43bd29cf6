import { describe, expect, it } from 'vitest'
import { compareToEstimate, parseEstimate } from './estimate.ts'

describe('an estimate', () => {
  it.each([
    ['2h', 120],
    ['90m', 90],
    ['90', 90],
    ['1h 30m', 90],
    ['1h30m', 90],
    ['1.5h', 90],
    ['1d', 480],
    [' 2H ', 120],
    ['100000m', 100_000],
  ])('%s is %i minutes', (text, minutes) => {
    expect(parseEstimate(text)).toBe(minutes)
  })

  it.each(['', 'soon', '-2h', '0', '0.001h', '2h of work', '1e9', '100001m', '999999h', '٣h', '2 h m'])(
    '%j is none',
    (text) => {
      expect(() => parseEstimate(text)).toThrow(expect.objectContaining({ code: 'invalid' }))
    },
  )
})

describe('what a ticket took, against its estimate', () => {
  it.each([
    [60, 0, false, false, null],
    [60.06, 0.1, true, false, null],
    [75, 25, true, false, null],
    [75.06, 25.1, true, true, 'adjust the estimate'],
    [90, 50, true, true, 'adjust the estimate'],
    [90.06, 50.1, true, true, 'review scope'],
    [48, -20, false, false, null],
    [47.9, -20.2, false, false, 'lower the estimate'],
  ])('F42 F43 %d minutes of 60: %d %%', (minutes, percent, isOver, isSignificantlyOver, suggestion) => {
    expect(compareToEstimate(minutes * 60_000, 60)).toEqual({
      actualMs: minutes * 60_000,
      estimateMinutes: 60,
      percent,
      isOver,
      isSignificantlyOver,
      suggestion,
    })
  })
})
