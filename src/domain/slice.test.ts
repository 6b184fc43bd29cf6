import { describe, expect, it } from 'vitest'
import { ACTIVE_GAP_MS, activeIntervals, activeMs, clipInterval, cutToSpans } from './slice.ts'

const MINUTE = 60_000
const points = (...minutes: number[]) => minutes.map((minute) => ({ atMs: minute * MINUTE }))
const told = (startMinute: number, endMinute: number) => ({ startMs: startMinute * MINUTE, endMs: endMinute * MINUTE })

describe('stretches of work', () => {
  it('go over a gap of five minutes and end at a longer one', () => {
    expect(ACTIVE_GAP_MS).toBe(5 * MINUTE)
    expect(activeIntervals(points(0, 5))).toEqual([told(0, 5)])
    expect(activeIntervals([{ atMs: 0 }, { atMs: ACTIVE_GAP_MS + 1 }])).toEqual([
      { startMs: 0, endMs: 0 },
      { startMs: ACTIVE_GAP_MS + 1, endMs: ACTIVE_GAP_MS + 1 },
    ])
  })

  it('go on while a call is open until its own result, not until that of another', () => {
    const call = { atMs: 0, opens: 'a' }
    expect(activeIntervals([call, { atMs: 60 * MINUTE, closes: 'a' }])).toEqual([told(0, 60)])
    expect(activeIntervals([call, { atMs: 60 * MINUTE, closes: 'b' }])).toEqual([told(0, 0), told(60, 60)])
    expect(activeIntervals([call, { atMs: 60 * MINUTE }])).toEqual([told(0, 0), told(60, 60)])
  })

  it('forget what was open at a gap, and the oldest of more than 256', () => {
    const late = { atMs: 60 * MINUTE, closes: 'a' }
    expect(activeIntervals([{ atMs: 0, opens: 'a' }, { atMs: 30 * MINUTE }, late])).toHaveLength(3)
    const calls = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ atMs: 0, opens: n === 0 ? 'a' : `${n}` }))
    expect(activeIntervals([...calls(256), late])).toEqual([told(0, 60)])
    expect(activeIntervals([...calls(257), late])).toEqual([told(0, 0), told(60, 60)])
  })

  it('add nothing where a clock runs backwards', () => {
    expect(activeIntervals(points(10, 8, 11))).toEqual([told(10, 11)])
    expect(activeIntervals([])).toEqual([])
  })
})

it('time that is worked twice at once counts once', () => {
  expect(activeMs([told(5, 9), told(0, 6), told(20, 21)])).toBe(10 * MINUTE)
})

it('work is cut to what held meanwhile; what nothing held comes back too', () => {
  const spans = [
    { ...told(2, 4), holds: 'T-1' },
    { startMs: 6 * MINUTE, endMs: Number.POSITIVE_INFINITY, holds: 'T-2' },
  ]
  expect(cutToSpans([told(0, 8)], spans)).toEqual([
    { holds: undefined, interval: told(0, 2) },
    { holds: 'T-1', interval: told(2, 4) },
    { holds: undefined, interval: told(4, 6) },
    { holds: 'T-2', interval: told(6, 8) },
  ])
})

it('an interval is clipped to a range, whose end is outside', () => {
  expect(clipInterval(told(0, 5), 2 * MINUTE, 9 * MINUTE)).toEqual(told(2, 5))
  expect(clipInterval(told(0, 5), 5 * MINUTE, 9 * MINUTE)).toBeUndefined()
})
