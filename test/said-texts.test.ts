import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { OfferedTexts } from '../src/history/offered-texts.ts'
import { archivedTexts, type TextReader } from '../src/history/texts.ts'
import { inlineReader } from '../src/ingest/read-transcript.ts'
import { scan } from '../src/ingest/scan.ts'
import { readSettings } from '../src/reading.ts'
import { READERS } from '../src/sources/index.ts'
import { ORCHARD } from '../src/sources/opencode/fixtures/orchard.ts'
import { writeDatabase } from '../src/sources/opencode/fixtures/write.ts'
import type { Env } from '../src/sources/source.ts'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import { layOut, listClaudeCorpus } from './corpus-files.ts'
import { listCorpusHomes, PLACINGS } from './corpus-homes.ts'
import { testHome, type TestHome } from './home.ts'
import { testScanSetup } from './reading.ts'

/** What the index is given while transcripts are read must be what it would be given from the archive. */

const corpus = process.env['DAYBOOK_CORPUS'] ?? ''
const present = corpus !== '' && existsSync(join(corpus, 'INDEX.tsv'))

const homes: TestHome[] = []
afterEach(() => homes.splice(0).forEach((home) => home.remove()))

function newHome(): TestHome {
  const home = testHome()
  homes.push(home)
  return home
}

/** Row ids with their text, as `read` tells them of all that lags. */
async function textsOf(read: TextReader, lagging: Parameters<TextReader>[0]): Promise<Map<number, string>> {
  const texts = new Map<number, string>()
  for await (const { rowIds, ends, text } of read(lagging))
    for (const [i, rowId] of rowIds.entries())
      texts.set(rowId, Buffer.from(text.subarray(i === 0 ? 0 : ends[i - 1], ends[i])).toString())
  return texts
}

async function readBothWays(env: Env): Promise<{ offered: Map<number, string>; archived: Map<number, string> }> {
  const store = await openSqlite({ path: ':memory:' })
  try {
    const setup = testScanSetup(store, env)
    const settings = readSettings({ redact: true, salt: new Uint8Array(32), priceOverrides: [], texts: true })
    const offered = new OfferedTexts(store, READERS, () => {})
    const texts = { take: offered.put.bind(offered), room: async () => {} }
    await scan({ ...setup, reader: () => ({ ...inlineReader(settings), texts }) })
    const lagging = await store.search.lagging()
    const archived = await textsOf(archivedTexts(store, READERS), lagging)
    return { offered: await textsOf((behind) => offered.read(behind), lagging), archived }
  } finally {
    await store.close()
  }
}

const FIXTURES: Record<string, (home: string) => void> = {
  'claude-code': (home) => copy('claude-code/fixtures/projects', join(home, '.claude/projects')),
  codex: (home) => copy('codex/fixtures/sessions', join(home, '.codex/sessions')),
  copilot: (home) => copy('copilot/fixtures/session-state', join(home, '.copilot/session-state')),
  gemini: (home) => copy('gemini/fixtures/home', home),
  opencode: (home) => void writeDatabase(join(home, '.local/share/opencode'), ORCHARD),
}

function copy(from: string, to: string): void {
  cpSync(join(import.meta.dirname, '../src/sources', from), to, { recursive: true })
}

describe('what entries say while they are read is what the archive says', () => {
  it.each(Object.keys(FIXTURES))('of every age of %s', async (agent) => {
    const home = newHome()
    FIXTURES[agent]!(home.path)
    const { offered, archived } = await readBothWays(home.env)
    expect(archived.size).toBeGreaterThan(10)
    expect(offered).toEqual(archived)
  })

  it.skipIf(!present)('in all of the Claude Code corpus (skipped without DAYBOOK_CORPUS)', async () => {
    const home = newHome()
    layOut(corpus, listClaudeCorpus(corpus).transcripts, home.path)
    const { offered, archived } = await readBothWays(home.env)
    expect(archived.size).toBeGreaterThan(1000)
    expect(offered).toEqual(archived)
  })

  describe.skipIf(!present).each(Object.keys(PLACINGS))(
    'in the corpus of %s (skipped without DAYBOOK_CORPUS)',
    (agent) => {
      it.each(present ? listCorpusHomes(corpus, PLACINGS[agent]!).homes : [])('$origin', async (origin) => {
        const home = newHome()
        origin.layOut(home.path)
        const { offered, archived } = await readBothWays(home.env)
        expect(offered).toEqual(archived)
      })
    },
  )
})
