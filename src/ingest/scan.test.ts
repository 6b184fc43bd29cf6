import { utimesSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { testHome } from '../../test/home.ts'
import { scanHome } from '../../test/reading.ts'
import { openSqlite } from '../stores/sqlite/open.ts'

const home = testHome()
afterEach(home.remove)

it.each([0.2, 0.7])('opens no file that is as it was, its time %f ms after a whole one', async (fraction) => {
  const store = await openSqlite({ path: ':memory:' })
  const prompt = {
    type: 'user',
    uuid: 'u1',
    timestamp: '2026-11-19T09:00:00.000Z',
    message: { role: 'user', content: 'tide' },
  }
  const path = home.write(
    '.claude/projects/-work/1a11a111-0000-4000-8000-000000000001.jsonl',
    `${JSON.stringify(prompt)}\n`,
  )
  const seconds = (Date.parse('2026-11-19T09:00:00.000Z') + fraction) / 1000
  utimesSync(path, seconds, seconds)
  expect(await scanHome(store, home.env)).toMatchObject({ first: true, filesRead: 1, entriesAdded: 1 })
  expect(await scanHome(store, home.env)).toMatchObject({ first: false, filesRead: 0, entriesAdded: 0 })
  await store.close()
})
