import { readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import type { Store } from '../src/stores/store.ts'
import { testHome, type TestHome } from './home.ts'
import { comparable, productTotals } from './oracle/product-totals.ts'
import { buildTrap, wholeTotals } from './oracle/trap.ts'
import { traps } from './oracle/traps.ts'
import { scanHome } from './reading.ts'

const opened: { store: Store; home: TestHome }[] = []
afterEach(async () => {
  for (const { store, home } of opened.splice(0)) {
    await store.close()
    home.remove()
  }
})

/** The trap as a scan sees it that meets the files in one order or in the other. */
async function readTrap(trap: (typeof traps)[number], order: 'first' | 'last'): Promise<Store> {
  const home = testHome()
  const store = await openSqlite({ path: ':memory:' })
  opened.push({ store, home })
  const projects = join(home.path, '.claude', 'projects')
  buildTrap(trap, projects)
  const files = readdirSync(projects, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  for (const [n, file] of files.sort((a, b) => (a.name < b.name ? -1 : 1)).entries()) {
    const seconds = 1_750_000_000 + (order === 'first' ? n : -n) * 60
    utimesSync(join(file.parentPath, file.name), seconds, seconds)
  }
  await scanHome(store, home.env)
  return store
}

describe.each(traps)('$name', (trap) => {
  it.each(['first', 'last'] as const)('adds up as by hand, read %s to newest', async (order) => {
    const store = await readTrap(trap, order)
    expect(await productTotals(store)).toEqual(comparable(wholeTotals(trap.expected)))
  })

  it('adds nothing when it is scanned again', async () => {
    const store = await readTrap(trap, 'first')
    const before = await productTotals(store)
    const { home } = opened.at(-1)!
    for (const file of readdirSync(join(home.path, '.claude', 'projects'), { recursive: true, withFileTypes: true })) {
      if (file.isFile()) utimesSync(join(file.parentPath, file.name), 1_760_000_000, 1_760_000_000)
    }
    await scanHome(store, home.env)
    expect(await productTotals(store)).toEqual(before)
  })
})
