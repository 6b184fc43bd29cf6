/** What tokens of one model cost, in whole nano-dollars a token: $1 per million tokens is 1,000. */
export interface Rates {
  input: number
  output: number
  cacheRead: number
  /** Written to the cache for five minutes, the default. */
  cacheWrite: number
  /** Written to the cache for an hour. */
  cacheWrite1h: number
}

/** A model's price at one time. */
export interface ModelPrice extends Rates {
  /**
   * Where the vendor charges long prompts differently: the rates of the whole request, output included, once input and
   * cache tokens together exceed `promptTokens`. Some vendors serve no such request in fast mode, whatever was asked for.
   */
  longPrompt?: Rates & { promptTokens: number; isNeverFast?: boolean }
  /** Every rate times this in fast mode. Absent where the model has none, or its price is not known. */
  fastFactor?: number
}

/** Prices that changed on one day, by plain model name. Other models keep the price of earlier tables. */
export interface DatedPrices {
  /** UTC day from which they hold, `2026-10-07`. */
  date: string
  /** Of a day that had not come when the figures were read. */
  isAnnounced?: boolean
  /** Where the figures were read. */
  source: string
  models: Record<string, ModelPrice>
}

/** Dollars per million tokens, as vendors publish them. What is left out costs what plain input costs. */
export interface PublishedRates {
  input: number
  output: number
  cacheRead?: number
  cacheWrite?: number
  cacheWrite1h?: number
}

/** Turns published dollars into whole nano-dollars a token. */
export function perMillion(published: PublishedRates): Rates {
  const cacheWrite = published.cacheWrite ?? published.input
  return {
    input: nanodollars(published.input),
    output: nanodollars(published.output),
    cacheRead: nanodollars(published.cacheRead ?? published.input),
    cacheWrite: nanodollars(cacheWrite),
    cacheWrite1h: nanodollars(published.cacheWrite1h ?? cacheWrite),
  }
}

/** Every rate times a factor, kept whole: `1.5` of 25 is 37.5 and becomes 38, so factors are chosen to come out even. */
export function scaled(rates: Rates, factor: { input: number; output: number }): Rates {
  return {
    input: Math.round(rates.input * factor.input),
    output: Math.round(rates.output * factor.output),
    cacheRead: Math.round(rates.cacheRead * factor.input),
    cacheWrite: Math.round(rates.cacheWrite * factor.input),
    cacheWrite1h: Math.round(rates.cacheWrite1h * factor.input),
  }
}

function nanodollars(dollarsPerMillion: number): number {
  return Math.round(dollarsPerMillion * 1000)
}
