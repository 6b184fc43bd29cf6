import { plainModelName } from './model-name.ts'
import type { PriceOverride } from './overrides.ts'
import type { DatedPrices, ModelPrice } from './rates.ts'
import { claudePrices } from './tables/claude.ts'
import { geminiPrices } from './tables/gemini.ts'
import { openaiPrices } from './tables/openai.ts'

/** A price as it was found, with where it comes from. */
export interface FoundPrice {
  /** The name it is listed under. */
  model: string
  price: ModelPrice
  /** Date of the vendor's table in force at the time asked for, `2026-10-07`. */
  date: string
  source: string
}

/** Dated prices, the package's own with a user's on top. Immutable; a look-up costs one map access. */
export interface PriceTable {
  /** The price in force at a time; of a model used before its first table, that first one. */
  find(model: string, atMs: number): FoundPrice | undefined
  /** Date of the newest table that is not one announced for later, for "at list prices of". */
  readonly newestDate: string
  /** Models that have a price, sorted. */
  readonly models: readonly string[]
}

const OWN_TABLES: DatedPrices[][] = [claudePrices, openaiPrices, geminiPrices]

interface Period {
  fromMs: number
  price: ModelPrice
  source: string
  /** The vendor's tables, ascending. */
  tables: TableDate[]
}

interface TableDate {
  date: string
  startMs: number
}

/** Joins the package's tables, a list per vendor, and what a user set. `overrides` are plain data, so they cross threads. */
export function createPriceTable(overrides: readonly PriceOverride[] = [], vendors = OWN_TABLES): PriceTable {
  const inForce = vendors.flat().filter((table) => !table.isAnnounced)
  const newestDate = inForce.reduce((newest, table) => (table.date > newest ? table.date : newest), '')
  const periods = new Map<string, Period[]>()
  for (const tables of vendors) addVendor(periods, tables)
  for (const override of overrides) overlay(periods, override, newestDate)

  const spellings = new Map<string, string>()
  const listedName = (model: string): string => {
    let name = spellings.get(model)
    if (name === undefined) {
      name = periods.has(model) ? model : plainModelName(model)
      spellings.set(model, name)
    }
    return name
  }

  return {
    newestDate,
    models: [...periods.keys()].sort(),
    find(model, atMs) {
      const name = listedName(model)
      const known = periods.get(name)
      const period = known?.findLast((candidate) => candidate.fromMs <= atMs) ?? known?.[0]
      if (!period) return undefined
      const heldMs = Math.max(atMs, period.fromMs)
      const table = period.tables.findLast(({ startMs }) => startMs <= heldMs) ?? period.tables[0]
      return { model: name, price: period.price, date: table?.date ?? '', source: period.source }
    },
  }
}

function addVendor(periods: Map<string, Period[]>, tables: DatedPrices[]): void {
  const ordered = tables.toSorted((a, b) => startOf(a.date) - startOf(b.date))
  const dates = ordered.map(({ date }) => tableDate(date))
  for (const { date, source, models } of ordered) {
    for (const [model, price] of Object.entries(models)) {
      const period = { fromMs: startOf(date), price, source, tables: dates }
      periods.set(model, [...(periods.get(model) ?? []), period])
    }
  }
}

/** A user's price holds from its day on, or always, and takes the place of what the package says from then on. */
function overlay(periods: Map<string, Period[]>, override: PriceOverride, newestDate: string): void {
  const fromMs = override.from === undefined ? Number.NEGATIVE_INFINITY : startOf(override.from)
  const model = periods.has(override.model) ? override.model : plainModelName(override.model)
  const known = periods.get(model) ?? []
  const dates = known[0]?.tables ?? [tableDate(override.from ?? newestDate)]
  const period = { fromMs, price: override.price, source: override.source, tables: dates }
  periods.set(model, [...known.filter((earlier) => earlier.fromMs < fromMs), period])
}

function tableDate(date: string): TableDate {
  return { date, startMs: startOf(date) }
}

function startOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`)
}
