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

test('the young generation of the first thread stops growing at 8 MB, and may grow again when it was given back', () => {
  const letGrow = keepNurserySmall()
  const said = (): string[] => engine.flags.filter((flag) => flag.includes('growth'))
  engine.nurseryMb = 7
  vi.advanceTimersByTime(1000)
  expect(said()).toEqual([])
  engine.nurseryMb = 8
  vi.advanceTimersByTime(1000)
  expect(said()).toEqual(['--semi-space-growth-factor=1'])
  engine.nurseryMb = 1
  vi.advanceTimersByTime(1000)
  expect(said()).toEqual(['--semi-space-growth-factor=1', '--semi-space-growth-factor=2'])
  engine.nurseryMb = 8
  vi.advanceTimersByTime(1000)
  letGrow()
  expect(said().slice(2)).toEqual(['--semi-space-growth-factor=1', '--semi-space-growth-factor=2'])
  vi.advanceTimersByTime(1000)
  expect(said()).toHaveLength(4)
})

test('what is in it is collected in one thread meanwhile', () => {
  const letGrow = keepNurserySmall()
  expect(engine.flags).toEqual(['--no-parallel-scavenge'])
  letGrow()
  expect(engine.flags).toEqual(['--no-parallel-scavenge', '--parallel-scavenge'])
})
