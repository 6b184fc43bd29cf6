import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, it } from 'vitest'
import { makeBatch } from '../batch-maker.ts'
import { T0, register } from '../world.contract.ts'
import { openSqlite } from './open.ts'

const folder = mkdtempSync(join(tmpdir(), 'daybook-compact-'))
const path = join(folder, 'daybook.db')
afterEach(() => rmSync(folder, { recursive: true }))

/** The part of a table's pages that holds rows. */
function filled(table: string): number {
  const file = new DatabaseSync(path, { readOnly: true })
  const row = file
    .prepare('SELECT 1.0 - 1.0 * SUM(unused) / SUM(pgsize) AS share FROM dbstat WHERE name = ?')
    .get(table) as { share: number }
  file.close()
  return row.share
}

it('compacting fills the pages of rows that came newest first, and keeps them all', async () => {
  const store = await openSqlite({ path })
  for (let session = 40; session > 0; session--) {
    const entries = Array.from({ length: 200 }, (_, i) => ({
      id: `${session}-${i}`,
      atMs: T0 + session * 3_600_000 + i * 1000,
      role: 'user' as const,
    }))
    await store.ingest(makeBatch(await register(store, `s${session}`), { entries }))
  }
  const ids = async (): Promise<number[]> =>
    (await store.entries.list({}, { limit: 9000 })).items.map(({ rowId }) => rowId)
  const before = await ids()
  expect(before.length).toBe(8000)
  expect(filled('entry')).toBeLessThan(0.7)
  await store.compact()
  expect(filled('entry')).toBeGreaterThan(0.95)
  expect(await ids()).toEqual(before)
  expect((await store.inspect({ integrity: true })).damage).toEqual([])
  await store.close()
})
