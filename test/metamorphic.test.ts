import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { reindex } from '../src/ingest/reindex.ts'
import { scan } from '../src/ingest/scan.ts'
import { readSettings } from '../src/reading.ts'
import { SOURCES } from '../src/sources/index.ts'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import type { Store } from '../src/stores/store.ts'
import { layOut, listClaudeCorpus } from './corpus-files.ts'
import { listCorpusHomes, PLACINGS } from './corpus-homes.ts'
import { testHome, type TestHome } from './home.ts'
import { random, type Random } from './random.ts'
import { testScanSetup } from './reading.ts'
import { viewsOf, type Views } from './views.ts'

/**
 * One history, come by in different ways, shows the same in every view: real, published and client-made transcripts
 * (`corpus.test.ts`), each against itself.
 */
const corpus = process.env['DAYBOOK_CORPUS'] ?? ''
const present = corpus !== '' && existsSync(join(corpus, 'INDEX.tsv'))

/** Transcripts of one machine. */
interface Pile {
  agent: string
  origin: string
  layOut(home: string): void
}

/** Every id in them was replaced by one word: which result is whose depends on what was read at once. */
const ONE_ID = /codex\/small\.(13138a7|6feab55)\.jsonl$/

const NOW = Date.UTC(2026, 11, 1)
const WRITTEN_S = 1_790_000_000
const TURNS = 12

interface File {
  name: string
  bytes: Buffer
}

type Way = (files: File[], home: TestHome, store: Store, draw: Random) => Promise<void>

const WAYS: Record<string, Way> = {
  async 'in random cuts of one file or another, a scan between'(files, home, store, draw) {
    const left = new Map(files.filter(isLines).map(({ name, bytes }) => [name, bytes]))
    for (const { name, bytes } of files) if (!left.has(name)) put(home, name, bytes)
    for (let turn = 1; left.size > 0; turn++) {
      const name = draw.pick([...left.keys()])
      const rest = left.get(name)!
      const count = turn > TURNS ? rest.length : draw.int(1, rest.length)
      append(home, name, rest.subarray(0, count), WRITTEN_S + turn)
      if (count === rest.length) left.delete(name)
      else left.set(name, rest.subarray(count))
      await scanned(store, home)
    }
    await scanned(store, home)
  },
  async 'with CRLF, blank and broken lines between, the last line end missing'(files, home, store) {
    const between = ['', 'nonsense', '{"type":"user","message":{"con', '   ', 'null', '[1,2]']
    for (const file of files) {
      const lines = file.bytes.toString('latin1').split(/\r?\n/)
      const spoilt = lines.flatMap((line, at) => [line, between[at % between.length]!]).join('\r\n')
      put(home, file.name, isLines(file) ? Buffer.from(spoilt.trimEnd(), 'latin1') : file.bytes)
    }
    await scanned(store, home)
  },
  async 'copied to another folder, the originals then gone'(files, home, store) {
    for (const { name, bytes } of files) put(home, name, bytes)
    await scanned(store, home)
    for (const { name, bytes } of files) put(home, elsewhere(name), bytes)
    await scanned(store, home)
    for (const { name } of files) if (elsewhere(name) !== name) rmSync(join(home.path, name))
    await scanned(store, home)
  },
  async 'in another order, and rebuilt from the archive when its folders are gone'(files, home, store) {
    for (const [place, { name, bytes }] of files.toReversed().entries()) put(home, name, bytes, WRITTEN_S + place)
    await scanned(store, home)
    for (const name of readdirSync(home.path)) rmSync(join(home.path, name), { recursive: true })
    const settings = readSettings({ redact: true, salt: new Uint8Array(32), priceOverrides: [] }, () => NOW)
    await reindex({ store, ...settings, sources: SOURCES })
    await scanned(store, home)
  },
}

describe.skipIf(!present)('a history shows the same (skipped without DAYBOOK_CORPUS)', () => {
  const sum = { histories: 0, ways: Object.keys(WAYS).length }
  afterAll(() => process.stdout.write(`metamorphic: ${JSON.stringify(sum)}\n`))

  describe.each(piles())('$agent $origin', (pile) => {
    const files = filesOf(pile)
    sum.histories++
    let plain: Views | undefined

    it.each(Object.keys(WAYS))('%s', async (way) => {
      if (ONE_ID.test(pile.origin)) return
      plain ??= await viewsAfter(files, async (_files, home, store) => {
        for (const { name, bytes } of files) put(home, name, bytes)
        await scanned(store, home)
      })
      expect(await viewsAfter(files, WAYS[way]!)).toEqual(plain)
    })
  })
})

function piles(): Pile[] {
  if (!present) return []
  const claude = Map.groupBy(listClaudeCorpus(corpus).transcripts, ({ origin }) => origin)
  return [
    ...[...claude].map(([origin, transcripts]) => ({
      agent: 'claude-code',
      origin,
      layOut: (home: string) => layOut(corpus, transcripts, home),
    })),
    ...Object.entries(PLACINGS).flatMap(([agent, placing]) =>
      listCorpusHomes(corpus, placing).homes.map((home) => ({ agent, origin: home.origin, layOut: home.layOut })),
    ),
  ]
}

function filesOf(pile: Pile): File[] {
  const home = testHome()
  try {
    pile.layOut(home.path)
    return readdirSync(home.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => ({ name: relative(home.path, path), bytes: readFileSync(path) }))
  } finally {
    home.remove()
  }
}

async function viewsAfter(files: File[], way: Way): Promise<Views> {
  const home = testHome()
  const store = await openSqlite({ path: ':memory:' })
  try {
    await way(files, home, store, random(20_261_127))
    return await viewsOf(store)
  } finally {
    await store.close()
    home.remove()
  }
}

const isLines = ({ name }: Pick<File, 'name'>): boolean => name.endsWith('.jsonl')

const scanned = (store: Store, home: TestHome) => scan(testScanSetup(store, home.env, () => NOW))

function put(home: TestHome, name: string, bytes: Uint8Array, atS = WRITTEN_S): void {
  utimesSync(home.write(name, bytes), atS, atS)
}

function append(home: TestHome, name: string, bytes: Uint8Array, atS: number): void {
  const path = join(home.path, name)
  mkdirSync(dirname(path), { recursive: true })
  appendFileSync(path, bytes)
  utimesSync(path, atS, atS)
}

/** Another folder in which its agent would find the same file; where it would find it nowhere else, the same name. */
function elsewhere(name: string): string {
  return name
    .replace(/^\.claude\/projects\/[^/]+\//, '.claude/projects/-elsewhere/')
    .replace(/^\.codex\/sessions\/\d+\/\d+\/\d+\//, '.codex/archived_sessions/')
    .replace(/^\.gemini\/tmp\/[^/]+\/chats\//, '.gemini/tmp/elsewhere/chats/')
}
