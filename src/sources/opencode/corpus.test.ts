import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testHome, type TestHome } from '../../../test/home.ts'
import { countDatabase } from '../../../test/oracle/opencode-totals.mjs'
import { comparable, productTotals } from '../../../test/oracle/product-totals.ts'
import { scanHome } from '../../../test/reading.ts'
import { openSqlite } from '../../stores/sqlite/open.ts'
import type { Store } from '../../stores/store.ts'
import { writeDatabase } from './fixtures/write.ts'
import { ORCHARD } from './fixtures/orchard.ts'

/** Needs `DAYBOOK_CORPUS`, a folder of published and generated transcripts; without it these are skipped. */
const corpus = join(process.env.DAYBOOK_CORPUS ?? 'none', 'opencode')
const GENERATED = 'generated/1.18.33/home/.local/share/opencode'
const present = existsSync(corpus)

let home: TestHome
let store: Store
let folder: string
beforeEach(async () => {
  home = testHome()
  folder = join(home.path, '.local/share/opencode')
  mkdirSync(folder, { recursive: true })
  store = await openSqlite({ path: ':memory:' })
})
afterEach(async () => {
  await store.close()
  home.remove()
})

async function problems(): Promise<string[]> {
  return (await store.problems.list({}, { limit: 10 })).items.map(({ path, reason }) => `${path}: ${reason}`)
}

it('an OpenCode database is counted alike twice', async () => {
  const { total } = countDatabase(writeDatabase(folder, ORCHARD))
  await scanHome(store, home.env, () => Date.parse('2026-11-20T10:00:00Z'))
  // One response is of an age that kept its 5 reasoning tokens inside `output`, which the plain count does not know of.
  expect(await productTotals(store)).toEqual(comparable({ ...total, outputTokens: total.outputTokens - 5 }))
})

describe.skipIf(!present)('the corpus of OpenCode sessions (set DAYBOOK_CORPUS)', () => {
  it('gives the exact figures of the scripted runs of 1.18.33', async () => {
    cpSync(join(corpus, GENERATED), folder, { recursive: true })
    chmodSync(folder, 0o700)
    chmodSync(join(folder, 'tool-output'), 0o700)
    const oracle = countDatabase(join(folder, 'opencode.db'))
    expect(await scanHome(store, home.env)).toMatchObject({ filesRead: 6 })
    expect(await problems()).toEqual([])
    const product = await productTotals(store)
    expect(product).toEqual(comparable(oracle.total))
    // Step i of a scenario has 100 + i input, 1000 + 10i cache read and 20 + i output tokens. Runs: 9 steps, its resume of 2,
    // the fork's 2 of its own, a subagent's 2 inside one of 2, and two more of 2 each.
    const steps = [9, 2, 2, 2, 2, 2, 2]
    const added = (of: (i: number) => number): number =>
      steps.reduce((all, count) => all + Array.from({ length: count }, (_, i) => of(i)).reduce((a, b) => a + b, 0), 0)
    expect(product).toMatchObject({
      responses: 21,
      inputTokens: added((i) => 100 + i),
      cacheReadTokens: added((i) => 1000 + 10 * i),
      outputTokens: added((i) => 20 + i),
      failedCalls: 1,
      commits: 1,
    })
    const sessionOf = async (id: string) => (await store.sessions.resolve(id))[0]!
    expect(await sessionOf('ses_e048812cdffelloNwl8NroqS0M')).toMatchObject({
      // The basic run, 936 and 216, and its resume.
      usage: { inputTokens: 936 + 201, outputTokens: 216 + 41, reasoningTokens: 5 + 13, responses: 9 + 2 },
      failedCount: 1,
    })
    expect(await sessionOf('ses_e0487ef89ffeRN8jcMi2yKnGyt')).toMatchObject({
      title: 'Mock session title (fork #1)',
      usage: { outputTokens: 41, responses: 2 },
    })
    const plans = (await store.entries.list({ types: ['plan'] }, { limit: 9 })).items.map(({ rowId }) => rowId)
    expect([...(await store.entries.plans(plans)).values()].at(-1)!.map(({ status }) => status)).toEqual([
      'completed',
      'completed',
      'completed',
    ])
    expect(
      (await store.files.list({}, { limit: 9 })).items.map(({ path, kind }) => [path.split('/proj/')[1], kind]),
    ).toEqual([
      ['README.md', 'edit'],
      ['src/greet.js', 'create'],
    ])
    expect((await store.usage.total({})).unpricedModels).toEqual(['mock-model'])
  })

  const trees = present
    ? readdirSync(corpus, { recursive: true, encoding: 'utf8' })
        .filter((path) => /(^|\/)session\/[^/]+\/[^/]+\.json$/.test(path))
        .map((path) => dirname(dirname(dirname(path))))
    : []

  it.each([...new Set(trees)])('a published tree of files is read: %s', async (tree) => {
    cpSync(join(corpus, tree), join(folder, 'storage'), { recursive: true })
    const sessions = trees.filter((other) => other === tree).length
    expect(await scanHome(store, home.env)).toMatchObject({ filesRead: sessions })
    expect(await problems()).toEqual([])
    // These hold sessions without messages: something to read, nothing to list.
    expect((await store.transcripts.list({})).length).toBe(sessions)
    expect((await store.usage.total({})).responses).toBe(0)
  })
})
