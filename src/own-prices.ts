import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Config } from './config/config.ts'
import { AppError, isAppError } from './domain/errors.ts'
import { type PriceOverride, parsePriceOverrides, readPriceOverrides } from './prices/overrides.ts'

/** Prices that somebody set, from the file that the configuration names. @throws AppError where it cannot be read or is none */
export function ownPrices({ prices, places }: Config): PriceOverride[] {
  if (prices === null) return readPriceOverrides(dirname(places.pricesFile))
  try {
    return parsePriceOverrides(readFileSync(prices, 'utf8'), prices)
  } catch (error) {
    if (isAppError(error)) throw error
    throw new AppError('unavailable', `the price file ${prices} cannot be read`, {
      hint: 'daybook config',
      cause: error,
    })
  }
}
