import { describe, expect, it } from 'vitest'
import { attributionOf, segmentsOf } from './frame-interval.ts'
import { clipInterval, cutToSpans } from './slice.ts'

describe('the stretches of records in which an interval decides', () => {
  const told = (...cuts: number[]) =>
    segmentsOf(cuts.map((afterRecord, i) => ({ afterRecord, name: i }))).map((one) => [
      one.interval?.name,
      one.fromRecord,
      one.toRecord,
    ])

  it('are all of them while nothing was said', () => {
    expect(told()).toEqual([[undefined, -1, Infinity]])
  })

  it('go from one cut to the next, none twice and none left out', () => {
    expect(told(4, 9)).toEqual([
      [undefined, -1, 4],
      [0, 4, 9],
      [1, 9, Infinity],
    ])
    expect(told(-1)).toEqual([[0, -1, Infinity]])
  })

  it('leave out what never began here, and what a later one took over from before it began', () => {
    expect(told(4, Infinity)).toEqual([
      [undefined, -1, 4],
      [0, 4, Infinity],
    ])
    expect(told(9, 4)).toEqual([
      [undefined, -1, 4],
      [1, 4, Infinity],
    ])
    expect(told(4, 4, Infinity, 6)).toEqual([
      [undefined, -1, 4],
      [1, 4, 6],
      [3, 6, Infinity],
    ])
  })
})

it('an interval counts toward its ticket, toward none on purpose, or is nobody’s word', () => {
  const stack = [{ ticketId: 'a', trackerId: 'l', ref: 'T-1', kind: 'task' as const }]
  expect(attributionOf({ stack, optedOut: false })).toBe('ticket')
  expect(attributionOf({ stack: [], optedOut: true })).toBe('none')
  expect(attributionOf({ stack: [], optedOut: false })).toBe('unattributed')
})

describe('work cut to what held meanwhile', () => {
  const spans = [
    { holds: 'a', startMs: 10, endMs: 20 },
    { holds: 'b', startMs: 30, endMs: Infinity },
  ]
  const told = (startMs: number, endMs: number) =>
    cutToSpans([{ startMs, endMs }], spans).map(({ holds, interval }) => [holds, interval.startMs, interval.endMs])

  it('has every moment once, those outside every span too', () => {
    expect(told(0, 40)).toEqual([
      [undefined, 0, 10],
      ['a', 10, 20],
      [undefined, 20, 30],
      ['b', 30, 40],
    ])
    expect(told(12, 15)).toEqual([['a', 12, 15]])
    expect(told(20, 30)).toEqual([[undefined, 20, 30]])
    expect(told(5, 5)).toEqual([])
  })

  it('can be clipped to a range, half open', () => {
    expect(clipInterval({ startMs: 0, endMs: 10 }, 4, 6)).toEqual({ startMs: 4, endMs: 6 })
    expect(clipInterval({ startMs: 0, endMs: 10 }, 10, 20)).toBeUndefined()
  })
})
