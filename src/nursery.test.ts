import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepNurserySmall } from './nursery.ts'

/** How far V8 lets the young generation grow differs by version and by load: here it is as large as we say. */
const engine = vi.hoisted(() => ({ nurseryMb: 1, flags: [] as string[] }))
vi.mock('node:v8', () => ({
  getHeapSpaceStatistics: () => [{ space_name: 'new_space', space_size: engine.nurseryMb * 1024 * 1024 }],
  setFlagsFromString: (flag: string) => void engine.flags.push(flag),
}))

beforeEach(() => {
  vi.useFakeTimers()
  engine.flags = []
  engine.nurseryMb = 1
})
afterEach(() => vi.useRealTimers())

test('the young generation of the first thread stops growing at 4 MB, and may grow again when it was given back', () => {
  const letGrow = keepNurserySmall()
  engine.nurseryMb = 3
  vi.advanceTimersByTime(1000)
  expect(engine.flags).toEqual([])
  engine.nurseryMb = 4
  vi.advanceTimersByTime(1000)
  expect(engine.flags).toEqual(['--semi-space-growth-factor=1'])
  engine.nurseryMb = 1
  vi.advanceTimersByTime(1000)
  expect(engine.flags).toEqual(['--semi-space-growth-factor=1', '--semi-space-growth-factor=2'])
  engine.nurseryMb = 4
  vi.advanceTimersByTime(1000)
  letGrow()
  expect(engine.flags.slice(2)).toEqual(['--semi-space-growth-factor=1', '--semi-space-growth-factor=2'])
  vi.advanceTimersByTime(1000)
  expect(engine.flags).toHaveLength(4)
})
