import { expect, it } from 'vitest'
import { localHours } from './hours.ts'

const at = (iso: string): number => Date.parse(iso)

function told(hours: number[][]): [number, number, number][] {
  return hours.flatMap((day, weekday) =>
    day.flatMap((ms, hour): [number, number, number][] => (ms > 0 ? [[weekday, hour, ms / 60_000]] : [])),
  )
}

it('cuts work at the hours of the wall clock, also across midnight', () => {
  const work = [{ startMs: at('2026-11-19T22:30:00Z'), endMs: at('2026-11-19T23:10:00Z') }]
  expect(told(localHours(work, 'Europe/Berlin'))).toEqual([
    [3, 23, 30],
    [4, 0, 10],
  ])
})

it('knows zones that are half an hour off, and the night in which an hour comes twice', () => {
  const half = [{ startMs: at('2026-11-19T10:00:00Z'), endMs: at('2026-11-19T11:00:00Z') }]
  expect(told(localHours(half, 'Asia/Kolkata'))).toEqual([
    [3, 15, 30],
    [3, 16, 30],
  ])
  const twice = [{ startMs: at('2026-10-25T00:00:00Z'), endMs: at('2026-10-25T02:00:00Z') }]
  expect(told(localHours(twice, 'Europe/Berlin'))).toEqual([[6, 2, 120]])
})
