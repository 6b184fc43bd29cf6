import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openHistory } from '../src/history/open.ts'
import { restoreSession } from '../src/history/restore.ts'
import { inlineReader } from '../src/ingest/read-transcript.ts'
import { reindex } from '../src/ingest/reindex.ts'
import { scan } from '../src/ingest/scan.ts'
import { readSettings } from '../src/reading.ts'
import { readDocument, replayDocument, type DocumentParser } from '../src/sources/document.ts'
import { fileIdentity } from '../src/sources/source-file.ts'
import type { Source } from '../src/sources/source.ts'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import type { Store } from '../src/stores/store.ts'
import { NO_FORMAT } from './source-format.ts'
import { testHome, type TestHome } from './home.ts'
import { testScanSetup } from './reading.ts'

const T0 = Date.parse('2026-11-20T10:00:00Z')

/** An agent that keeps `{title, sayings: [{id, at, says, tokens?}]}` in one file. */
const parser: DocumentParser<Record<string, never>> = {
  list: 'sayings',
  initial: () => ({}),
  header(_state, header, batch) {
    batch.facts.title = String(header.title)
    batch.facts.titleSource = 'agent'
  },
  parse(_state, { id, at, tokens }, { record, line }, batch) {
    const atMs = T0 + Number(at) * 1000
    batch.entries.push({ record, block: 0, recordId: String(id), atMs, type: 'message', role: 'user', flags: 0 })
    if (typeof tokens !== 'number') return
    const counts = {
      inputTokens: 0,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      cacheWrite1hTokens: 0,
      reasoningTokens: 0,
    }
    const response = { record, line, atMs, model: 'made-up', responseId: String(id), lines: 1 }
    batch.usage.push({ ...counts, ...response, outputTokens: tokens })
  },
}

const source = (path: string): Source => ({
  id: 'sayer',
  name: 'Sayer',
  mark: 'SY',
  refPrefix: 'sy',
  vendorKeepsDays: null,
  format: NO_FORMAT,
  roots: () => [],
  async discover() {
    return [{ agent: 'sayer', path, kind: 'main', externalId: 'talk', file: fileIdentity(statSync(path)) }]
  },
  read: (ref, cursor, context) => readDocument(parser, ref, cursor, context),
  replay: (ref, records) => replayDocument(parser, ref, records),
  content: (record, block, type) =>
    block === 0 && type === 'message' ? { type, text: String((record as { says: unknown }).says) } : undefined,
})

let home: TestHome
let store: Store
let path: string
beforeEach(async () => {
  home = testHome()
  store = await openSqlite({ path: ':memory:' })
  path = join(home.path, 'talk.json')
})
afterEach(async () => {
  await store.close()
  home.remove()
})

interface Saying {
  id: string
  at: number
  says: string
  tokens?: number
}

const say = (title: string, ...sayings: Saying[]): string =>
  home.write('talk.json', `\uFEFF${JSON.stringify({ title, sayings, end: true }, null, 2)}\r\n`)

async function scanOnce(): Promise<number> {
  const setup = testScanSetup(store, home.env, Date.now, false)
  const settings = { ...readSettings({ redact: false, salt: new Uint8Array(32), priceOverrides: [] }) }
  const sources = [source(path)]
  const reader = () => inlineReader({ ...settings, sources })
  return (await scan({ ...setup, sources, reader })).problems
}

async function shown(): Promise<{ title: string | null; says: string[]; tokens: number }> {
  const [session] = (await store.sessions.list({}, { limit: 5 })).items
  const { items } = await openHistory(store, [source(path)], { timezone: 'UTC' }).entries({}, { limit: 50 })
  const says = items.map(({ content }) => (content?.type === 'message' ? content.text : '?'))
  return { title: session?.title ?? null, says, tokens: (await store.usage.total({})).outputTokens }
}

async function restored(): Promise<string> {
  const [session] = (await store.sessions.list({}, { limit: 5 })).items
  const folder = mkdtempSync(join(tmpdir(), 'daybook-restored-'))
  const [file] = await restoreSession(store, session!.id, { folder })
  const text = readFileSync(file!.path, 'utf8')
  rmSync(folder, { recursive: true })
  return text
}

const picture = 'iVBORw0KGgo'.repeat(8000)

describe('a document that is written anew at every change', () => {
  const first = (): string =>
    say(
      'Tides',
      { id: 'a', at: 1, says: 'low' },
      { id: 'b', at: 2, says: 'high', tokens: 7 },
      { id: 'p', at: 3, says: picture },
      { id: 'c', at: 4, says: 'end\u001e' },
    )

  it('is given back byte for byte, pictures and line ends included', async () => {
    first()
    expect(await scanOnce()).toBe(0)
    expect(await restored()).toBe(readFileSync(path, 'utf8'))
    expect(await shown()).toMatchObject({ title: 'Tides', tokens: 7 })
    expect((await shown()).says).toEqual(['low', 'high', '', 'end\u001e'])
  })

  it('shows its last version, and counts the tokens of what was taken out', async () => {
    first()
    await scanOnce()
    say('Tides, again', { id: 'a', at: 1, says: 'lower' }, { id: 'd', at: 5, says: 'more', tokens: 5 })
    expect(await scanOnce()).toBe(0)
    expect(await shown()).toEqual({ title: 'Tides, again', says: ['lower', 'more'], tokens: 12 })
    expect(await restored()).toBe(readFileSync(path, 'utf8'))
  })

  it('is rebuilt from the archive to the same, with what was taken out still counted', async () => {
    first()
    await scanOnce()
    say('Tides, again', { id: 'a', at: 1, says: 'lower' }, { id: 'd', at: 5, says: 'more', tokens: 5 })
    await scanOnce()
    const before = await shown()
    const settings = readSettings({ redact: false, salt: new Uint8Array(32), priceOverrides: [] })
    await reindex({ store, ...settings, sources: [source(path)] })
    expect(await shown()).toEqual(before)
    first()
    await scanOnce()
    expect((await shown()).says).toHaveLength(4)
    expect((await shown()).tokens).toBe(12)
  })

  it('that is found half-written leaves what was read as it is, and says so until it is whole', async () => {
    first()
    await scanOnce()
    const whole = readFileSync(path, 'utf8')
    home.write('talk.json', whole.slice(0, 200))
    expect(await scanOnce()).toBe(1)
    expect((await shown()).says).toHaveLength(4)
    expect((await store.problems.list({}, { limit: 5 })).items).toMatchObject([
      { path, line: 1, reason: 'not a whole JSON document with a list of records' },
    ])
    expect(await restored()).toBe(whole)
    say('Tides', { id: 'a', at: 1, says: 'low' })
    await scanOnce()
    expect((await shown()).says).toEqual(['low'])
    expect((await store.problems.list({}, { limit: 5 })).items).toEqual([])
  })

  it('whose items are damaged keeps their neighbours', async () => {
    first()
    home.write(
      'talk.json',
      '{"title":"Odd","sayings":[{"id":"a","at":1,"says":"low"},\n17,\n{"id":"b","at":2,"says":"high"}]}',
    )
    expect(await scanOnce()).toBe(1)
    expect((await shown()).says).toEqual(['low', 'high'])
    expect((await store.problems.list({}, { limit: 5 })).items).toMatchObject([
      { line: 2, reason: 'not a record: a number' },
    ])
  })
})
