import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import { type CorpusHome, listCorpusHomes, PLACINGS } from './corpus-homes.ts'
import { testHome, type TestHome } from './home.ts'
import { countRollout } from './oracle/codex-totals.mjs'
import { countSessions } from './oracle/copilot-totals.mjs'
import { countTree } from './oracle/gemini-totals.mjs'
import { countDatabase } from './oracle/opencode-totals.mjs'
import { productTotals } from './oracle/product-totals.ts'
import { scanHome } from './reading.ts'

/** Published and client-made transcripts of every agent; see `corpus.test.ts`. */
const corpus = process.env['DAYBOOK_CORPUS'] ?? ''
const present = corpus !== '' && existsSync(join(corpus, 'INDEX.tsv'))

interface Counts {
  calls: number
  responses: number
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
}

/** What an independent program counts in a home folder. */
const COUNTED: Record<string, (home: string) => Counts> = {
  codex: (home) => sum(filesBelow(join(home, '.codex/sessions')).map(countRollout)),
  copilot: (home) => countSessions(join(home, '.copilot/session-state')).total,
  gemini: (home) => countTree(join(home, '.gemini/tmp')),
  opencode: (home) => {
    const database = join(home, '.local/share/opencode/opencode.db')
    return existsSync(database) ? countDatabase(database).total : sum([])
  },
}

/** Read, but not compared: every id in its later half was replaced by one word, so nothing tells its calls apart. */
const ONE_ID = /copilot\/small\.d1e510b\.jsonl$/

const homes: TestHome[] = []
afterEach(() => homes.splice(0).forEach((home) => home.remove()))

describe.skipIf(!present).each(Object.keys(PLACINGS))('the corpus of %s (skipped without DAYBOOK_CORPUS)', (agent) => {
  const listing = present ? listCorpusHomes(corpus, PLACINGS[agent]!) : { listed: 0, homes: [], exceptions: [] }
  const all = { files: 0, bytes: 0, entries: 0, ...sum([]) }
  afterAll(() => {
    const { listed, exceptions } = listing
    process.stdout.write(`corpus, ${agent}: ${JSON.stringify({ listed, exceptions: exceptions.length, ...all })}\n`)
  })

  it('is read as far as the index lists it, and what is left out has a reason', () => {
    const rows = listing.homes.flatMap((home) => home.rows)
    expect(rows.length + listing.exceptions.length).toBe(listing.listed)
    expect(rows.length).toBeGreaterThan(3)
  })

  it.each(listing.homes)('is counted alike twice: $origin', async (home) => {
    const { read, product, counted } = await readBoth(agent, home, all)
    expect(read).toBeGreaterThanOrEqual(home.rows.length)
    if (!ONE_ID.test(home.origin)) expect(product).toMatchObject(counted)
  })
})

async function readBoth(agent: string, { layOut }: CorpusHome, all: Record<string, number>) {
  const home = testHome()
  homes.push(home)
  layOut(home.path)
  const { calls, responses, inputTokens, outputTokens, cacheReadTokens } = COUNTED[agent]!(home.path)
  const store = await openSqlite({ path: ':memory:' })
  try {
    const report = await scanHome(store, home.env)
    const product = await productTotals(store)
    all['files']! += report.filesRead
    all['bytes']! += report.bytesRead
    all['entries']! += report.entriesAdded
    for (const name of TOTALS) all[name]! += product[name]
    const counted: Counts = { calls, responses, inputTokens, outputTokens, cacheReadTokens }
    return { read: report.filesRead, product, counted }
  } finally {
    await store.close()
  }
}

const TOTALS = ['calls', 'responses', 'inputTokens', 'outputTokens', 'cacheReadTokens'] as const

function sum(parts: Counts[]): Counts {
  const total: Counts = { calls: 0, responses: 0, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0 }
  for (const part of parts) for (const name of TOTALS) total[name] += part[name]
  return total
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
