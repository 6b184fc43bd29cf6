import { describe, expect, it } from 'vitest'
import { offsetAt, offsetByIntl, systemTimezone } from './zone.ts'

const HOUR = 3_600_000

describe('offsetAt', () => {
  it.each([
    ['UTC', '2026-07-01T00:00:00Z', 0],
    ['Europe/Berlin', '2026-01-01T00:00:00Z', HOUR],
    ['Europe/Berlin', '2026-07-01T00:00:00Z', 2 * HOUR],
    ['America/New_York', '2026-07-01T00:00:00Z', -4 * HOUR],
    ['Asia/Kathmandu', '2026-07-01T00:00:00Z', 5.75 * HOUR],
    ['Pacific/Kiritimati', '2026-07-01T00:00:00Z', 14 * HOUR],
  ])('of %s at %s', (zone, at, offset) => {
    expect(offsetAt(Date.parse(at), zone)).toBe(offset)
  })

  it('turns at the second the clocks change', () => {
    const change = Date.parse('2026-03-29T01:00:00Z')
    expect(offsetAt(change - 1, 'Europe/Berlin')).toBe(HOUR)
    expect(offsetAt(change, 'Europe/Berlin')).toBe(2 * HOUR)
  })

  it('agrees with what a runtime without Temporal says', () => {
    for (const zone of ['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Casablanca', 'UTC']) {
      for (let at = Date.parse('1970-01-01T00:00:00Z'); at < Date.parse('2030-01-01T00:00:00Z'); at += 37 * 24 * HOUR) {
        expect(`${zone} ${at} ${offsetAt(at, zone)}`).toBe(`${zone} ${at} ${offsetByIntl(at, zone)}`)
      }
    }
  })

  it('refuses a zone that is not known', () => {
    expect(() => offsetAt(0, 'Mars/Olympus')).toThrow(RangeError)
    expect(() => offsetByIntl(0, 'Mars/Olympus')).toThrow(RangeError)
  })
})

it('names the zone of this machine', () => {
  expect(systemTimezone()).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone)
})
