import { expect, it } from 'vitest'
import { makeBatch } from '../batch-maker.ts'
import { T0, register } from '../world.contract.ts'
import { openSqlite } from './open.ts'
import { statementsOf } from './testing.ts'

it('of the dearest sessions no more rows are read than are asked for, whatever there are', async () => {
  const store = await openSqlite({ path: ':memory:' })
  for (let n = 0; n < 60; n++) {
    const usage = [{ response: `r${n}`, record: 0, atMs: T0 + n, model: 'x', outputTokens: 1, cost: n }]
    await store.ingest(makeBatch(await register(store, `s${n}`), { usage }))
  }
  const asked = await statementsOf(async () => {
    const { items, total, totals } = await store.usage.dearest({}, 5)
    expect([items.map((item) => item.totals.costMicrodollars), total, totals.costMicrodollars]).toEqual([
      [59, 58, 57, 56, 55],
      60,
      1770,
    ])
  })
  // In order: the dearest, others that cost as much as the last of them, their sums, their names, how many, all of them.
  expect(asked.map(({ rows }) => rows)).toEqual([5, 1, 5, 5, 1, 1])
  await store.close()
})
