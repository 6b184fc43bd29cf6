import { expect, it } from 'vitest'
import { isoTime } from './iso-time.ts'

it('writes a moment as a date writes itself, whatever was asked before', () => {
  const day = Date.UTC(2026, 10, 27)
  const around = [0, 1, 999, 1000, 59_999, 60_000, 3_599_999, 3_600_000, 43_200_000, 86_399_999]
  const moments = [day, Date.UTC(2024, 1, 29), 0, Date.UTC(1999, 11, 31), day].flatMap((at) =>
    around.map((ms) => at + ms),
  )
  const edges = [-1, 0.5, 1.9, Date.UTC(9999, 11, 31, 23, 59, 59, 999), Date.UTC(10_000, 0), 8_640_000_000_000_000]
  for (const ms of [...moments, ...edges]) expect(isoTime(ms)).toBe(new Date(ms).toISOString())
  expect(() => isoTime(Number.NaN)).toThrow(RangeError)
})
