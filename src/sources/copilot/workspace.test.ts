import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testHome, type TestHome } from '../../../test/home.ts'
import { scanHome } from '../../../test/reading.ts'
import { openSqlite } from '../../stores/sqlite/open.ts'
import type { Store } from '../../stores/store.ts'
import { FIXTURE_HOME } from './fixtures/fixtures.ts'

const ID = '1c000000-0000-4000-8000-000000000003'
const EVENTS = readFileSync(join(FIXTURE_HOME, 'session-state', ID, 'events.jsonl'))

let home: TestHome
let store: Store
beforeEach(async () => {
  home = testHome()
  store = await openSqlite({ path: ':memory:' })
  home.write(`.copilot/session-state/${ID}/events.jsonl`, EVENTS)
})
afterEach(async () => {
  await store.close()
  home.remove()
})

async function titleWith(yaml?: string): Promise<string> {
  if (yaml !== undefined)
    home.write(`.copilot/session-state/${ID}/workspace.yaml`, `id: ${ID}\n${yaml}\nbranch: main\n`)
  await scanHome(store, home.env)
  const [session] = (await store.sessions.list({}, { limit: 1 })).items
  return `${session?.title} (${session?.titleSource})`
}

describe('the name in workspace.yaml', () => {
  it('takes the place of the first prompt, also when it comes while the events stay as they are', async () => {
    expect(await titleWith()).toBe('Prune the pear (prompt)')
    expect(await titleWith('name: Pear pruning\nuser_named: false')).toBe('Pear pruning (agent)')
    expect(await titleWith('name: My pears\nuser_named: true')).toBe('My pears (custom)')
    expect((await scanHome(store, home.env)).filesRead).toBe(0)
    expect((await store.usage.total({})).outputTokens).toBe(42)
  })

  it.each([
    [`name: 'It''s a pear'`, `It's a pear`],
    [`name: "Pear \\"two\\": ready"`, 'Pear "two": ready'],
    ['name: |-\n  Pears and\n  plums', 'Pears and plums'],
    ['summary: An old name', 'An old name'],
    ['name: ""', 'Prune the pear'],
    ['surname: nobody\n  name: below', 'Prune the pear'],
  ])('is read from %j', async (yaml, title) => {
    expect((await titleWith(yaml)).replace(/ \(.*/, '')).toBe(title)
  })
})
