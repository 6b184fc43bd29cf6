import { describe, expect, it } from 'vitest'
import {
  calendarDay,
  checkTimezone,
  parseMoment,
  periodBoundaries,
  periodLabel,
  startOfDay,
  type Period,
} from './calendar.ts'

const HOUR = 3_600_000
const at = (iso: string) => Date.parse(iso)
const iso = (ms: number) => new Date(ms).toISOString()
const hoursBetween = (boundaries: number[]) =>
  boundaries.slice(1).map((end, i) => (end - (boundaries[i] ?? Number.NaN)) / HOUR)

describe('days in a zone', () => {
  it('have 23 and 25 hours where the clock is changed', () => {
    const spring = periodBoundaries('day', at('2026-03-28T12:00Z'), at('2026-03-30T12:00Z'), 'Europe/Berlin')
    expect(spring.map(iso)).toEqual([
      '2026-03-27T23:00:00.000Z',
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
      '2026-03-30T22:00:00.000Z',
    ])
    expect(hoursBetween(spring)).toEqual([24, 23, 24])
    const autumn = periodBoundaries('day', at('2026-10-24T12:00Z'), at('2026-10-26T12:00Z'), 'Europe/Berlin')
    expect(hoursBetween(autumn)).toEqual([24, 25, 24])
  })

  it('begin at one o’clock where midnight is skipped', () => {
    // Beirut goes from 0:00 to 1:00 on 29 March 2026.
    expect(iso(startOfDay({ year: 2026, month: 3, day: 29 }, 'Asia/Beirut'))).toBe('2026-03-28T22:00:00.000Z')
    expect(calendarDay(at('2026-03-28T21:59:59.999Z'), 'Asia/Beirut').day).toBe(28)
    expect(calendarDay(at('2026-03-28T22:00:00.000Z'), 'Asia/Beirut').day).toBe(29)
  })

  it('begin at the first midnight where the clock goes back over it', () => {
    // Havana goes from 1:00 back to 0:00 on 1 November 2026.
    const start = startOfDay({ year: 2026, month: 11, day: 1 }, 'America/Havana')
    expect(iso(start)).toBe('2026-11-01T04:00:00.000Z')
    const days = periodBoundaries('day', start, start + 1, 'America/Havana')
    expect(hoursBetween(days)).toEqual([25])
  })

  it('agree with the platform for every zone and many days', () => {
    for (const zone of [
      'UTC',
      'America/St_Johns',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'Australia/Lord_Howe',
      'America/New_York',
    ]) {
      for (let day = 0; day < 400; day += 1) {
        const noon = at('2026-01-01T12:00Z') + day * 24 * HOUR
        const start = startOfDay(calendarDay(noon, zone), zone)
        const here = calendarDay(noon, zone)
        expect(calendarDay(start, zone), `${zone} ${iso(noon)}`).toEqual(here)
        expect(calendarDay(start - 1, zone), `${zone} ${iso(noon)}`).not.toEqual(here)
      }
    }
  })
})

describe('periods', () => {
  it.each<[Period, string, string]>([
    ['day', '2026-11-20T16:41Z', '2026-11-20T00:00:00.000Z'],
    ['week', '2026-11-22T23:59Z', '2026-11-16T00:00:00.000Z'],
    ['week', '2026-11-16T00:00Z', '2026-11-16T00:00:00.000Z'],
    ['month', '2026-11-20T16:41Z', '2026-11-01T00:00:00.000Z'],
  ])('a %s that holds %s begins %s', (period, moment, start) => {
    expect(iso(periodBoundaries(period, at(moment), at(moment) + 1, 'UTC')[0]!)).toBe(start)
  })

  it('cover the range with one boundary more than there are periods', () => {
    const months = periodBoundaries('month', at('2025-12-31T23:59Z'), at('2026-03-01T00:00Z'), 'UTC')
    expect(months.map((start) => periodLabel('month', start, 'UTC'))).toEqual([
      '2025-12',
      '2026-01',
      '2026-02',
      '2026-03',
    ])
    expect(periodBoundaries('week', at('2026-11-18T00:00Z'), at('2026-11-18T00:00Z'), 'UTC')).toHaveLength(2)
  })

  it('number weeks as ISO 8601 does at the turn of the year', () => {
    const label = (day: string) => periodLabel('week', at(`${day}T00:00Z`), 'UTC')
    expect(label('2024-12-30')).toBe('2025-W01')
    expect(label('2026-12-28')).toBe('2026-W53')
    expect(label('2027-01-03')).toBe('2026-W53')
    expect(label('2027-01-04')).toBe('2027-W01')
    expect(periodLabel('day', at('2026-11-20T00:00Z'), 'UTC')).toBe('2026-11-20')
  })
})

describe('moments as people give them', () => {
  const now = at('2026-11-20T16:41:00Z')
  const parse = (text: string, edge?: 'start' | 'end') => iso(parseMoment(text, now, 'Europe/Berlin', edge))

  it.each([
    ['2026-11-20', '2026-11-19T23:00:00.000Z'],
    ['today', '2026-11-19T23:00:00.000Z'],
    ['yesterday', '2026-11-18T23:00:00.000Z'],
    ['2026-11-20T14:28', '2026-11-20T13:28:00.000Z'],
    ['2026-11-20 14:28:03.5', '2026-11-20T13:28:03.500Z'],
    ['2026-11-20T14:28:03Z', '2026-11-20T14:28:03.000Z'],
    ['2026-11-20T14:28:03+05:30', '2026-11-20T08:58:03.000Z'],
    ['24h', '2026-11-19T16:41:00.000Z'],
    ['7d', '2026-11-13T16:41:00.000Z'],
    // Both readings of the hour that comes twice are possible; the first is taken.
    ['2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
    // 02:30 does not exist on this day; the clock then reads 03:30.
    ['2026-03-29T02:30', '2026-03-29T01:30:00.000Z'],
  ])('reads %s as %s', (text, moment) => {
    expect(parse(text)).toBe(moment)
  })

  it('includes the last day of a range', () => {
    expect(parse('2026-11-20', 'end')).toBe('2026-11-20T23:00:00.000Z')
    expect(parse('2026-11-20T14:28', 'end')).toBe('2026-11-20T13:28:00.000Z')
  })

  it.each(['', 'soon', '2026-02-30', '2026-13-01', '20.11.2026', '2026-11-20T25:00', '12', '-3d', '2026-11-20T99:99Z'])(
    'refuses %j with a way out',
    (text) => {
      expect(() => parse(text)).toThrow(`${JSON.stringify(text)} is not a date or time`)
    },
  )

  it('refuses a zone that is not known', () => {
    expect(() => checkTimezone('Europe/Atlantis')).toThrow('timezone "Europe/Atlantis" is not known')
    expect(checkTimezone('Asia/Tokyo')).toBe('Asia/Tokyo')
  })
})
