import { AppError, shownValue } from './errors.ts'

const UNITS_MS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 }

/**
 * How long ago, as people write it: `30d`, `12h`, `4w`, or a number of days.
 *
 * @returns milliseconds
 * @throws AppError `invalid` for anything else
 */
export function parseAge(text: string): number {
  const [, count, unit = 'd'] = /^(\d{1,5})([hdw]?)$/.exec(text.trim().toLowerCase()) ?? []
  const unitMs = UNITS_MS[unit || 'd']
  if (count !== undefined && unitMs !== undefined) return Number(count) * unitMs
  throw new AppError('invalid', `${shownValue(text)} is not an age: write it as 30d, 12h or 4w`)
}
