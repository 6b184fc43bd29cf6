import { createRedactor } from './archive/redaction/redactor.ts'
import { indexedText } from './history/entry-text.ts'
import type { Pricer } from './ingest/encode.ts'
import type { ReadSettings } from './ingest/read-transcript.ts'
import type { PriceOverride } from './prices/overrides.ts'
import { createPriceTable } from './prices/price-table.ts'
import { priceUsage } from './prices/price-usage.ts'
import { SOURCES } from './sources/index.ts'

/** What reading depends on, as plain data: it is the same here and in a thread. */
export interface ReadingSetup {
  redact: boolean
  salt: Uint8Array
  priceOverrides: readonly PriceOverride[]
  /** Whether batches bring what their entries say. */
  texts?: boolean
}

/** Sources, redaction and prices, ready to read transcripts with. */
export function readSettings(setup: ReadingSetup, now: () => number = Date.now, signal?: AbortSignal): ReadSettings {
  const redact = createRedactor({ salt: setup.salt, enabled: setup.redact })
  return {
    sources: SOURCES,
    context: { redact, now, signal },
    price: pricerOf(setup.priceOverrides),
    ...(setup.texts && { textOf: indexedText }),
  }
}

/** What a response costs by the dated tables, and by prices that somebody set. */
export function pricerOf(overrides: readonly PriceOverride[]): Pricer {
  const table = createPriceTable(overrides)
  return (counts, { model, atMs, speed }) => priceUsage(counts, model, atMs, table, { speed })
}
