import { readdirSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { SOURCES } from '../src/sources/index.ts'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import type { Store } from '../src/stores/store.ts'
import { compare } from '../traps/compare.ts'
import { buildHome, ORDERS, type Order } from '../traps/home.ts'
import { readTraps, totalsOf, type Trap } from '../traps/trap.ts'
import { testHome, type TestHome } from './home.ts'
import { trapTotals } from './oracle/trap-totals.ts'
import { scanHome } from './reading.ts'

const traps = readTraps()
const opened: { store: Store; home: TestHome }[] = []
afterEach(async () => {
  for (const { store, home } of opened.splice(0)) {
    await store.close()
    home.remove()
  }
})

async function read(some: readonly Trap[], order: Order) {
  const home = testHome()
  const store = await openSqlite({ path: ':memory:' })
  opened.push({ store, home })
  buildHome(some, home.path, order)
  await scanHome(store, home.env)
  return { store, home }
}

/** Cursor's hooks tell no tokens, and it leaves no transcript to try a tool on. */
const COUNTED = SOURCES.filter(({ id }) => id !== 'cursor')

describe('the traps', () => {
  it('are forty at least, some for every agent, each with its story', () => {
    expect(traps.length).toBeGreaterThanOrEqual(40)
    expect(new Set(traps.map(({ agent }) => agent))).toEqual(new Set(COUNTED.map(({ id }) => id)))
    expect(traps.filter(({ name, story }) => name.length < 8 || story.length < 60)).toEqual([])
  })

  it('are told of in the docs, with their number for each agent', () => {
    const page = readFileSync(new URL('../docs/traps.md', import.meta.url), 'utf8')
    const told = [...page.matchAll(/^\| ([A-Z][\w ]+?) +\| +(\d+) \|/gm)].map(([, name, count]) => [
      name,
      Number(count),
    ])
    const there = COUNTED.map(({ id, name }) => [name, traps.filter(({ agent }) => agent === id).length])
    expect(told.sort()).toEqual(there.sort())
  })

  it.each(ORDERS)('add up in one home as they do alone, the %s file written first', async (order) => {
    const { store } = await read(traps, order)
    expect(compare(totalsOf(traps), await trapTotals(store))).toEqual([])
  })

  it('add nothing when all of them are scanned again', async () => {
    const { store, home } = await read(traps, 'first')
    const before = await trapTotals(store)
    for (const file of readdirSync(home.path, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) utimesSync(join(file.parentPath, file.name), 1_760_000_000, 1_760_000_000)
    }
    await scanHome(store, home.env)
    expect(await trapTotals(store)).toEqual(before)
  })
})

describe.each(traps)('$agent: $name', (trap) => {
  it.each(ORDERS)('adds up as by hand, the %s file written first', async (order) => {
    const { store } = await read([trap], order)
    const counted = await trapTotals(store)
    // What is not told is not compared: ours tells all.
    expect(Object.keys(counted)).toEqual(expect.arrayContaining(Object.keys(trap.expected)))
    expect(compare(trap.expected, counted)).toEqual([])
  })
})
