import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { makeBatch } from '../batch-maker.ts'
import { T0, register } from '../world.contract.ts'
import { openSqlite } from './open.ts'
import { statementsOf } from './testing.ts'

it('forgetting what was read out of a transcript looks at the usage of that one alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-clear-'))
  const path = join(folder, 'daybook.db')
  const store = await openSqlite({ path })
  for (let n = 0; n < 20; n++) {
    const usage = [0, 1].map((i) => ({
      response: `${n}:${i}`,
      record: 1,
      atMs: T0 + n * 1000,
      outputTokens: 2,
      cost: 5,
    }))
    const entries = [{ id: `${n}`, atMs: T0 + n * 1000, role: 'user' as const }]
    await store.ingest(makeBatch(await register(store, `s${n}`), { entries, usage }))
  }
  const [one] = await store.transcripts.list({})
  const asked = await statementsOf(() => store.transcripts.clearDerived(one!.id))
  expect(await store.usage.total({})).toMatchObject({ responses: 38, costMicrodollars: 190 })
  await store.close()
  const database = new DatabaseSync(path, { readOnly: true })
  const plans = asked
    .filter(({ sql }) => /\b(FROM|JOIN) usage\b/.test(sql))
    .map(({ sql, values }) => database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values))
    .map(([step]) => String(step?.['detail']))
  database.close()
  rmSync(folder, { recursive: true })
  expect(plans).toHaveLength(2)
  expect(plans.filter((plan) => !plan.includes('INDEX usage_transcript (transcript_id=?'))).toEqual([])
})
