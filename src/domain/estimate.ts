import { AppError, shownValue } from './errors.ts'

const MOST_MINUTES = 100_000

/**
 * Minutes of an estimate as people write it: `2h`, `90m`, `1h 30m`, `1.5h`, `2d` (of 8 hours); a number alone is minutes.
 *
 * @returns whole minutes, at least 1
 * @throws AppError `invalid` for anything else, for nothing at all and for more than 100,000 minutes
 */
export function parseEstimate(text: string): number {
  const word = text.trim().toLowerCase()
  const match = /^(?:(\d{1,6}(?:\.\d{1,3})?)d)? ?(?:(\d{1,6}(?:\.\d{1,3})?)h)? ?(?:(\d{1,6})m?)?$/.exec(word)
  const [days, hours, minutes] = [match?.[1], match?.[2], match?.[3]].map((part) => Number(part ?? 0))
  const sum = Math.round((days ?? 0) * 480 + (hours ?? 0) * 60 + (minutes ?? 0))
  if (match && sum >= 1 && sum <= MOST_MINUTES) return sum
  throw new AppError('invalid', `estimate ${shownValue(text)} is not a length of time`, {
    hint: 'write it as 2h, 90m or 1h 30m',
  })
}

/** How what a ticket took compares with what was thought. */
export interface Variance {
  actualMs: number
  estimateMinutes: number
  /** One decimal; above 0 it took longer. */
  percent: number
  isOver: boolean
  isSignificantlyOver: boolean
  /** What to make of it; null where nothing need be done. */
  suggestion: string | null
}

/** Compares active time with an estimate. Above 25 % is significant, above 50 % the scope is to be looked at. */
export function compareToEstimate(actualMs: number, estimateMinutes: number): Variance {
  const percent = Math.round((actualMs / (estimateMinutes * 60_000) - 1) * 1000) / 10
  return {
    actualMs,
    estimateMinutes,
    percent,
    isOver: percent > 0,
    isSignificantlyOver: percent > 25,
    suggestion: suggestionFor(percent),
  }
}

function suggestionFor(percent: number): string | null {
  if (percent > 50) return 'review scope'
  if (percent > 25) return 'adjust the estimate'
  return percent < -20 ? 'lower the estimate' : null
}
