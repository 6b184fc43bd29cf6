import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { testHome } from '../../../test/home.ts'
import { countSessions } from '../../../test/oracle/copilot-totals.mjs'
import { comparable, productTotals } from '../../../test/oracle/product-totals.ts'
import { scanHome } from '../../../test/reading.ts'
import { openSqlite } from '../../stores/sqlite/open.ts'

/** Needs `DAYBOOK_CORPUS`, a folder of published and generated transcripts; without it these are skipped. */
const corpus = join(process.env.DAYBOOK_CORPUS ?? 'none', 'copilot')
/** Read, but not compared: every id in its later half was replaced by one word, so nothing tells its calls apart. */
const ONE_ID = /\/small\.d1e510b\.jsonl$/
const GENERATED = 'generated/1.0.102/home/.copilot/session-state'
const present = existsSync(corpus)
const loose = present ? looseFiles() : []
const sum = { files: 0, records: 0, calls: 0, responses: 0, outputTokens: 0 }

describe.skipIf(!present)('the corpus of Copilot CLI sessions (set DAYBOOK_CORPUS)', () => {
  afterAll(() => {
    process.stdout.write(`corpus, Copilot CLI: ${JSON.stringify(sum)}\n`)
  })

  it.each(loose)('is counted alike twice: %s', async (path) => {
    const { product, oracle, models, problems } = await readBoth((folder) => {
      const session = basename(path) === 'events.jsonl' ? basename(dirname(path)) : basename(path, '.jsonl')
      mkdirSync(join(folder, session), { recursive: true })
      copyFileSync(join(corpus, path), join(folder, session, 'events.jsonl'))
    })
    expect(oracle.files).toBe(1)
    expect(problems).toEqual([])
    if (ONE_ID.test(path)) return
    expect(product).toEqual(comparable(oracle.total))
    expect(models).toEqual(oracleModels(oracle.models))
  })

  it('gives the exact figures of the scripted runs of 1.0.102', async () => {
    const { product, oracle, models, problems } = await readBoth((folder) =>
      cpSync(join(corpus, GENERATED), folder, { recursive: true }),
    )
    expect(problems).toEqual([])
    expect(product).toEqual(comparable(oracle.total))
    expect(models).toEqual(oracleModels(oracle.models))
    // Step i of a scenario has 100 + i input, 1000 + 10i cache read and 20 + i output tokens. Runs: 9 steps, its resume of 2,
    // a subagent's 2 inside one of 2, and two more of 2 each.
    const steps = [9, 2, 2, 2, 2, 2]
    const added = (of: (i: number) => number): number =>
      steps.reduce((all, count) => all + Array.from({ length: count }, (_, i) => of(i)).reduce((a, b) => a + b, 0), 0)
    expect(product).toMatchObject({
      responses: 19,
      inputTokens: added((i) => 100 + i),
      cacheReadTokens: added((i) => 1000 + 10 * i),
      outputTokens: added((i) => 20 + i),
    })
    expect(oracle.sessions['22222222-3333-4444-8555-666666666666']).toMatchObject({
      userMessages: 2,
      // A file below a folder that is not there, an exit code of 3 on purpose, and a listing of that folder.
      failedCalls: 3,
      commits: 1,
      inputTokens: 936 + 201,
      outputTokens: 216 + 41,
    })
  })

  it('leaves the plan as the agent’s own database has it', async () => {
    const home = testHome()
    const folder = join(home.path, '.copilot', 'session-state')
    cpSync(join(corpus, GENERATED), folder, { recursive: true })
    const store = await openSqlite({ path: ':memory:' })
    await scanHome(store, home.env)
    const { items } = await store.entries.list({ types: ['plan'] }, { limit: 10, descending: true })
    const plans = await store.entries.plans(items.map(({ rowId }) => rowId))
    const database = new DatabaseSync(join(folder, '22222222-3333-4444-8555-666666666666', 'session.db'))
    const rows = database.prepare('SELECT title, status FROM todos ORDER BY id').all() as {
      title: string
      status: string
    }[]
    database.close()
    expect(plans.get(items[0]!.rowId)).toEqual(
      rows.map(({ title, status }) => ({ text: title, status: status === 'done' ? 'completed' : status })),
    )
    expect(rows).toHaveLength(3)
    await store.close()
    home.remove()
  })
})

async function readBoth(layOut: (folder: string) => void) {
  const home = testHome()
  const folder = join(home.path, '.copilot', 'session-state')
  mkdirSync(folder, { recursive: true })
  layOut(folder)
  const store = await openSqlite({ path: ':memory:' })
  try {
    const oracle = countSessions(folder)
    const report = await scanHome(store, home.env)
    expect(report.filesRead).toBe(oracle.files)
    sum.files += oracle.files
    sum.records += oracle.records
    sum.calls += oracle.total.calls
    sum.responses += oracle.total.responses
    sum.outputTokens += oracle.total.outputTokens
    const models = (await store.usage.by('model', {})).map(({ key, totals }) => [key, totals.outputTokens])
    const problems = (await store.problems.list({}, { limit: 10 })).items.map(
      ({ line, reason }) => `${line}: ${reason}`,
    )
    return { product: await productTotals(store), oracle, models: Object.fromEntries(models) as object, problems }
  } finally {
    await store.close()
    home.remove()
  }
}

function oracleModels(models: Record<string, { outputTokens: number }>): object {
  return Object.fromEntries(Object.entries(models).map(([model, { outputTokens }]) => [model, outputTokens]))
}

/** Transcripts that are no recorded home, as paths from the corpus. What hooks and `--json` output left is none. */
function looseFiles(): string[] {
  const all = readdirSync(corpus, { recursive: true, encoding: 'utf8' })
  return all.filter((path) => path.endsWith('.jsonl') && !path.startsWith('generated')).sort()
}
