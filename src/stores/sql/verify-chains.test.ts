import { DatabaseSync } from 'node:sqlite'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sqliteConnection } from '../sqlite/connection.ts'
import { openSqlite } from '../sqlite/open.ts'
import { verifyChains } from './verify-chains.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-chains-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function record(chains: number, rows: number): Promise<DatabaseSync> {
  const path = join(folder, 'daybook.db')
  const store = await openSqlite({ path })
  await store.transaction(async (tx) => {
    for (let n = 0; n < chains * rows; n++) {
      const at = new Date(Date.parse('2026-11-20T12:00:00Z') + n).toISOString()
      await tx.activities.append({
        sessionId: `s${n % chains}`,
        at,
        actor: 'a',
        action: 'x',
        target: 't',
        payload: {},
      })
    }
  })
  await store.close()
  return new DatabaseSync(path)
}

async function verified(database: DatabaseSync) {
  const connection = sqliteConnection(database)
  let queries = 0
  const verdict = await verifyChains(
    {
      ...connection,
      all: (text, values) => {
        queries++
        return connection.all(text, values)
      },
    },
    1,
  )
  return { queries, verdict }
}

test('many short chains are walked in one', async () => {
  const database = await record(500, 9)
  expect(await verified(database)).toMatchObject({ queries: 4, verdict: { chains: 500, rows: 4500, brokenAt: null } })
  database.close()
})

test('a chain that breaks at the seam of two walks is named where it breaks, and the others are walked on', async () => {
  const database = await record(3, 1000)
  const target = `chain_id = (SELECT id FROM activity_chain WHERE name LIKE '%s1')`
  database.exec(`UPDATE activity SET actor = 'b' WHERE sequence = 1000 AND ${target}`)
  const { verdict } = await verified(database)
  expect(verdict).toMatchObject({ rows: 3000, brokenAt: { sequence: 1000 } })
  expect(verdict.brokenAt!.chain).toMatch(/s1$/)
  database.close()
})
