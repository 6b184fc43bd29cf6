import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatClockTime,
  formatCount,
  formatDay,
  formatDuration,
  formatDurationExact,
  formatMoney,
  formatTimeExact,
  formatTimeShort,
  formatTokens,
  plural,
} from './format.ts'

describe('money', () => {
  it.each([
    [4_370_000, '$4.37'],
    [4_374_999, '$4.37'],
    [4_375_000, '$4.38'],
    [10_000, '$0.01'],
    [9_999, '<$0.01'],
    [1, '<$0.01'],
    [0, '$0.00'],
    [1_284_200_000, '$1,284.20'],
    [999_995_000, '$1,000.00'],
    [-4_370_000, '-$4.37'],
    [null, 'unpriced'],
  ])('writes %s micro-dollars as %s in a table', (microdollars, text) => {
    expect(formatMoney(microdollars)).toBe(text)
  })

  it('leaves cents out of headlines from $1,000 on', () => {
    expect(formatMoney(1_284_500_000, { headline: true })).toBe('$1,285')
    expect(formatMoney(999_990_000, { headline: true })).toBe('$999.99')
    expect(formatMoney(1_234_567_890_000, { headline: true })).toBe('$1,234,568')
  })

  it('marks a sum that leaves something out', () => {
    expect(formatMoney(7_390_000, { incomplete: true })).toBe('$7.39+')
    expect(formatMoney(3, { incomplete: true })).toBe('<$0.01+')
  })
})

describe('tokens', () => {
  it.each([
    [0, '0'],
    [9_999, '9,999'],
    [10_000, '10.0k'],
    [41_234, '41.2k'],
    [99_950, '100k'],
    [182_400, '182k'],
    [999_499, '999k'],
    [999_500, '1.00M'],
    [4_612_345, '4.61M'],
    [46_123_450, '46.1M'],
    [1_080_000_000, '1.08B'],
    [999_500_000_000, '1.00T'],
    [1_234_000_000_000_000, '1234T'],
  ])('writes %d as %s', (tokens, text) => {
    expect(formatTokens(tokens)).toBe(text)
  })

  it('groups exact counts by thousands', () => {
    expect(formatCount(6_118_402)).toBe('6,118,402')
    expect(formatCount(-1_000)).toBe('-1,000')
  })
})

describe('durations', () => {
  const second = 1_000
  const minute = 60_000
  const hour = 3_600_000
  it.each([
    [0, '0ms'],
    [340, '340ms'],
    [999, '999ms'],
    [8_449, '8.4s'],
    [9_999, '9.9s'],
    [10 * second, '10s'],
    [42 * second, '42s'],
    [59_999, '59s'],
    [14 * minute + 32 * second, '14m'],
    [59 * minute + 59 * second, '59m'],
    [hour, '1h'],
    [72 * minute, '1h 12m'],
    [2 * hour + 6 * minute, '2h 06m'],
    [30 * hour, '30h'],
    [99 * hour + 59 * minute, '99h 59m'],
    [128 * hour + 30 * minute, '128h'],
    [-5, '0ms'],
    [null, '–'],
  ])('writes %s ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  it('keeps the seconds of minutes where asked', () => {
    expect(formatDurationExact(14 * minute + 32 * second)).toBe('14m 32s')
    expect(formatDurationExact(9 * minute + 2 * second)).toBe('9m 02s')
    expect(formatDurationExact(8_449)).toBe('8.4s')
    expect(formatDurationExact(72 * minute)).toBe('1h 12m')
  })
})

describe('times', () => {
  const now = Date.parse('2026-11-20T16:41:00Z')
  const at = (iso: string) => Date.parse(iso)

  it.each([
    ['2026-11-20T16:40:48Z', '12s'],
    ['2026-11-20T16:32:00Z', '9m'],
    ['2026-11-20T14:41:00Z', '2h'],
    ['2026-11-19T16:41:01Z', '23h'],
    ['2026-11-19T16:41:00Z', 'Thu 16:41'],
    ['2026-11-14T16:41:01Z', 'Sat 16:41'],
    ['2026-11-14T16:41:00Z', '14 Nov 16:41'],
    ['2026-11-03T14:28:00Z', '3 Nov 14:28'],
    ['2025-11-03T14:28:00Z', '3 Nov 2025'],
  ])('writes %s as %s', (iso, text) => {
    expect(formatTimeShort(at(iso), now, 'UTC')).toBe(text)
  })

  it('writes times to come in full, never as a negative age', () => {
    expect(formatTimeShort(at('2026-11-20T16:41:01Z'), now, 'UTC')).toBe('20 Nov 16:41')
    expect(formatTimeShort(at('2031-01-01T00:00:00Z'), now, 'UTC')).toBe('1 Jan 2031')
  })

  it('tells day and hour in the zone it is given', () => {
    expect(formatClockTime(at('2026-11-19T23:30:00Z'), now, 'Asia/Tokyo')).toBe('Fri 08:30')
    expect(formatDay(at('2026-11-19T23:30:00Z'), now, 'Asia/Tokyo')).toBe('Fri 20 Nov')
    expect(formatDay(at('2025-12-31T23:30:00Z'), now, 'UTC')).toBe('Wed 31 Dec 2025')
    expect(formatTimeExact(at('2026-11-20T13:28:03Z'), 'Europe/Berlin')).toBe('2026-11-20 14:28:03 +01:00')
    expect(formatTimeExact(at('2026-11-20T13:28:03Z'), 'UTC')).toBe('2026-11-20 13:28:03 +00:00')
  })

  it('drops the word in narrow columns', () => {
    expect(formatTimeShort(at('2026-11-20T16:30:00Z'), now, 'UTC')).toBe('11m')
    expect(formatTimeShort(null, now, 'UTC')).toBe('–')
  })
})

describe('small words', () => {
  it('gets plurals and zero right', () => {
    expect(plural(1, 'session')).toBe('1 session')
    expect(plural(0, 'session')).toBe('0 sessions')
    expect(plural(1_641, 'entry', 'entries')).toBe('1,641 entries')
  })

  it('writes sizes in powers of a thousand', () => {
    expect(formatBytes(0)).toBe('0 B')
    expect(formatBytes(999)).toBe('999 B')
    expect(formatBytes(1_500)).toBe('2 kB')
    expect(formatBytes(1_540_000)).toBe('1.5 MB')
    expect(formatBytes(231_400_000)).toBe('231 MB')
    expect(formatBytes(999_600_000)).toBe('1.0 GB')
    expect(formatBytes(10_200_000_000)).toBe('10 GB')
  })
})
