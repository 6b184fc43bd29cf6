import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import type { Store } from '../src/stores/store.ts'
import { Rollout } from './codex-rollouts.ts'
import { testHome, type TestHome } from './home.ts'
import { scanHome } from './reading.ts'

const NAMED = 'aaaaaaaa-0000-7000-8000-000000000001'
const TITLED = 'bbbbbbbb-0000-7000-8000-000000000002'
const PLAIN = 'cccccccc-0000-7000-8000-000000000003'
const ATMS = Date.parse('2026-09-01T10:00:00Z')

const opened: { store: Store; home: TestHome }[] = []
afterEach(async () => {
  for (const { store, home } of opened.splice(0)) {
    await store.close()
    home.remove()
  }
})

async function machine(): Promise<{ store: Store; home: TestHome }> {
  const made = { store: await openSqlite({ path: ':memory:' }), home: testHome() }
  opened.push(made)
  for (const thread of [NAMED, TITLED, PLAIN]) {
    const rollout = new Rollout(thread, { atMs: ATMS, turnIds: true })
    rollout.turn({ prompt: 'Count the trees.', reply: 'Twelve.', responses: [[100, 0, 1]] })
    made.home.write(rollout.path, rollout.text)
  }
  return made
}

/** A database of Codex's with what it says of threads, closed again. */
function write(home: TestHome, file: string, columns: string, rows: (string | null)[][]): void {
  home.write(`.codex/${file}`, '')
  const database = new DatabaseSync(join(home.path, '.codex', file))
  database.exec(
    `PRAGMA journal_mode = WAL; DROP TABLE IF EXISTS threads; CREATE TABLE threads (${columns}, secret TEXT)`,
  )
  for (const row of rows)
    database.prepare(`INSERT INTO threads VALUES (${row.map(() => '?').join(', ')}, 'hush')`).run(...row)
  database.close()
}

const COLUMNS = 'id TEXT PRIMARY KEY, title TEXT, name TEXT, first_user_message TEXT'

async function titles(store: Store): Promise<Record<string, string | null>> {
  const { items } = await store.sessions.list({}, { limit: 5 })
  return Object.fromEntries(items.map(({ externalId, title }) => [externalId, title]))
}

describe('names that Codex keeps in its state database', () => {
  it('stand over the first prompt, and nothing is written beside them', async () => {
    const { store, home } = await machine()
    write(home, 'state_4.sqlite', COLUMNS, [[NAMED, 'old', 'old', '']])
    write(home, 'state_12.sqlite', COLUMNS, [
      [NAMED, 'Count the trees.', 'Tree census', 'Count the trees.'],
      [TITLED, 'Counting trees', null, 'Count the trees.'],
      [PLAIN, 'Count the', '', 'Count the trees.'],
    ])
    const before = readdirSync(join(home.path, '.codex')).map(
      (file) => `${file} ${statSync(join(home.path, '.codex', file)).mtimeMs}`,
    )
    await scanHome(store, home.env)
    expect(await titles(store)).toEqual({
      [NAMED]: 'Tree census',
      [TITLED]: 'Counting trees',
      [PLAIN]: 'Count the trees.',
    })
    const after = readdirSync(join(home.path, '.codex')).map(
      (file) => `${file} ${statSync(join(home.path, '.codex', file)).mtimeMs}`,
    )
    expect(after).toEqual(before)
  })

  it('are taken over when they change although no rollout grew, and looked up once', async () => {
    const { store, home } = await machine()
    write(home, 'state_5.sqlite', COLUMNS, [[NAMED, '', 'Tree census', '']])
    await scanHome(store, home.env)
    expect((await scanHome(store, home.env)).filesRead).toBe(0)
    write(home, 'state_5.sqlite', COLUMNS, [[NAMED, '', 'Census of all trees', '']])
    await scanHome(store, home.env)
    expect((await titles(store))[NAMED]).toBe('Census of all trees')
  })

  it.each([
    [
      'a version without names',
      (home: TestHome) => write(home, 'state_1.sqlite', 'id TEXT, title TEXT', [[NAMED, 'Census']]),
      'Census',
    ],
    ['another table', (home: TestHome) => write(home, 'state_1.sqlite', 'thread TEXT', [[NAMED]]), 'Count the trees.'],
    [
      'no database',
      (home: TestHome) => void home.write('.codex/state_1.sqlite', 'not a database at all'),
      'Count the trees.',
    ],
  ])('leave rollouts readable where it is %s', async (_what, make, title) => {
    const { store, home } = await machine()
    make(home)
    await scanHome(store, home.env)
    expect((await titles(store))[NAMED]).toBe(title)
    expect(Object.keys(await titles(store))).toHaveLength(3)
  })
})
