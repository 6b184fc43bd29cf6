import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  copyFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openHistory } from '../src/history/open.ts'
import { restoreSession } from '../src/history/restore.ts'
import { inlineReader } from '../src/ingest/read-transcript.ts'
import { reindex } from '../src/ingest/reindex.ts'
import { scan } from '../src/ingest/scan.ts'
import { type ScanReport } from '../src/ingest/scan-report.ts'
import { watch } from '../src/ingest/watch.ts'
import { readSettings } from '../src/reading.ts'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import type { Store } from '../src/stores/store.ts'
import { testHome, type TestHome } from './home.ts'
import { noter, openNotes, T0, type Note } from './noter.ts'
import { testScanSetup } from './reading.ts'

let home: TestHome
let store: Store
let folder: string
let notes: ReturnType<typeof openNotes>
let nowMs: number
beforeEach(async () => {
  home = testHome()
  store = await openSqlite({ path: ':memory:' })
  folder = join(home.path, 'noter')
  mkdirSync(folder)
  notes = openNotes(folder)
  nowMs = T0 + 3_600_000
})
afterEach(async () => {
  if (notes.database.isOpen) notes.database.close()
  await store.close()
  home.remove()
})

const settings = {
  ...readSettings({ redact: true, salt: new Uint8Array(32), priceOverrides: [] }, () => nowMs),
  sources: [noter],
}
const setup = () => ({
  ...testScanSetup(store, home.env, () => nowMs),
  sources: [noter],
  reader: () => inlineReader(settings),
})
const scanOnce = (): Promise<ScanReport> => scan(setup())

async function says(talk = 'tides'): Promise<string[]> {
  const [session] = await store.sessions.resolve(talk)
  const { items } = await openHistory(store, [noter], { timezone: 'UTC' }).entries(
    { sessionId: session!.id },
    { limit: 50 },
  )
  return items.map(({ content }) => (content?.type === 'message' ? content.text : '?'))
}

const note = (id: string, at: number, text: string, more: Partial<Note> = {}): Note => ({
  id,
  talk: 'tides',
  at,
  says: text,
  ...more,
})
const problems = async () =>
  (await store.problems.list({}, { limit: 9 })).items.map(({ path, reason }) => [path, reason])
const filesThere = () =>
  readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size, statSync(join(folder, name)).mtimeMs])

describe('transcripts that are rows of a database', () => {
  it('are each a session, several in one database, beside its agent at work', async () => {
    notes.put(note('a', 1, 'low'), note('b', 2, 'high', { tokens: 7 }), note('c', 3, 'moon', { talk: 'moon' }))
    expect(await scanOnce()).toMatchObject({ filesRead: 2, entriesAdded: 3, problems: 0 })
    expect(await says()).toEqual(['low', 'high'])
    expect(await says('moon')).toEqual(['moon'])
    expect((await store.sessions.resolve('tides'))[0]).toMatchObject({
      title: 'About tides',
      usage: { outputTokens: 7 },
    })
    notes.put(note('d', 4, 'ebb'))
    expect(await scanOnce()).toMatchObject({ filesRead: 1, entriesAdded: 1 })
    expect(await says()).toEqual(['low', 'high', 'ebb'])
  })

  it('are not looked at while the database is as it was', async () => {
    notes.put(note('a', 1, 'low'))
    await scanOnce()
    expect((await store.transcripts.databases()).map(({ agent, path }) => [agent, path])).toEqual([
      ['noter', join(folder, 'notes.db')],
    ])
    notes.database.close()
    const path = join(folder, 'notes.db')
    utimesSync(path, 1e9, 1e9)
    await scanOnce()
    // Nobody could read it now: that nobody tries is what this shows.
    writeFileSync(path, 'x'.repeat(statSync(path).size))
    utimesSync(path, 1e9, 1e9)
    expect(await scanOnce()).toMatchObject({ filesRead: 0, gone: 0, found: [{ files: 1, sizeBytes: 3 }] })
    expect(await problems()).toEqual([])
    utimesSync(path, 1e9, 2e9)
    await scanOnce()
    expect(await problems()).toEqual([[path, 'not an SQLite database']])
  })

  it('wait for a row that is being written, and for what follows it', async () => {
    nowMs = T0 + 10_000
    notes.put(note('a', 1, 'low'), note('b', 9, 'hi', { done: false }))
    await scanOnce()
    expect(await says()).toEqual(['low'])
    notes.put(note('b', 9, 'high', { updated: 10 }))
    await scanOnce()
    expect(await says()).toEqual(['low', 'high'])
    expect((await store.transcripts.databases()).length).toBe(1)
  })

  it('take a row that was never finished once it has rested a minute, and again when it is finished after all', async () => {
    nowMs = T0 + 10_000
    notes.put(note('a', 1, 'low'), note('b', 9, 'hi', { done: false }))
    await scanOnce()
    nowMs = T0 + 80_000
    expect(await scanOnce()).toMatchObject({ filesRead: 1 })
    expect(await says()).toEqual(['low', 'hi'])
    notes.put(note('b', 9, 'high', { updated: 99 }), note('c', 100, 'ebb'))
    await scanOnce()
    expect(await says()).toEqual(['low', 'high', 'ebb'])
  })

  it('withdraw rows that were deleted, whose tokens were used', async () => {
    notes.put(note('a', 1, 'low'), note('b', 2, 'high', { tokens: 7 }), note('c', 3, 'ebb'))
    await scanOnce()
    notes.database.exec(`DELETE FROM note WHERE id IN ('b', 'c')`)
    notes.put(note('d', 4, 'flood', { tokens: 5 }))
    await scanOnce()
    expect(await says()).toEqual(['low', 'flood'])
    expect(await store.usage.total({})).toMatchObject({ outputTokens: 12, responses: 2 })
  })

  it('are rebuilt from the archive to the same, and go on from there', async () => {
    notes.put(note('a', 1, 'low'), note('b', 2, 'high', { tokens: 7 }), note('c', 3, 'eb', { done: false }))
    await scanOnce()
    notes.database.exec(`DELETE FROM note WHERE id = 'b'`)
    notes.put(note('c', 3, 'ebb', { updated: 4 }))
    await scanOnce()
    expect(await says()).toEqual(['low', 'ebb'])
    await reindex({ store, ...settings })
    expect(await says()).toEqual(['low', 'ebb'])
    expect(await store.usage.total({})).toMatchObject({ outputTokens: 7, responses: 1 })
    notes.put(note('d', 5, 'flood'))
    expect(await scanOnce()).toMatchObject({ entriesAdded: 1 })
    expect(await says()).toEqual(['low', 'ebb', 'flood'])
  })

  it('are restored as lines, below a folder alone', async () => {
    const secret = `ghp_${'A1b2C3d4E5f6'.repeat(3)}`
    notes.put(note('a', 1, `low ${secret}`), note('b', 2, 'x'.repeat(3_000_000)))
    await scanOnce()
    const [session] = await store.sessions.resolve('tides')
    await expect(restoreSession(store, session!.id)).rejects.toMatchObject({
      code: 'unsupported',
      hint: 'daybook restore tides --to restored',
    })
    const to = mkdtempSync(join(tmpdir(), 'daybook-rows-'))
    const [file] = await restoreSession(store, session!.id, { folder: to })
    expect(file).toMatchObject({ path: join(to, 'tides.jsonl'), form: 'rows' })
    const lines = readFileSync(file!.path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map(({ id, title }) => id ?? title)).toEqual(['About tides', 'a', 'b'])
    expect(lines[1]!.says).toMatch(/^low \[REDACTED:/)
    expect(lines[2]!.says).toBe('x'.repeat(3_000_000))
    rmSync(to, { recursive: true })
  })

  it('are gone when the database or their rows are, and kept', async () => {
    notes.put(note('a', 1, 'low'), note('c', 3, 'moon', { talk: 'moon' }))
    await scanOnce()
    notes.database.exec(`DELETE FROM note WHERE talk = 'moon'; DELETE FROM talk WHERE id = 'moon'`)
    expect(await scanOnce()).toMatchObject({ gone: 1 })
    expect(await says('moon')).toEqual(['moon'])
    notes.database.close()
    rmSync(folder, { recursive: true })
    expect(await scanOnce()).toMatchObject({ gone: 1 })
    expect(await says()).toEqual(['low'])
  })

  it.each([
    [
      'is damaged',
      'the database is damaged',
      (path: string) =>
        writeFileSync(path, Buffer.concat([readFileSync(path).subarray(0, 100), Buffer.alloc(20_000, 7)])),
    ],
    ['is something else', 'not an SQLite database', (path: string) => writeFileSync(path, 'hello, this is a text')],
    ['is empty', 'the database is empty', (path: string) => writeFileSync(path, '')],
  ])('are kept with a problem while the database %s', async (_what, reason, harm) => {
    notes.put(note('a', 1, 'low'))
    await scanOnce()
    notes.database.close()
    const path = join(folder, 'notes.db')
    const sound = readFileSync(path)
    harm(path)
    expect(await scanOnce()).toMatchObject({ gone: 0, filesRead: 0 })
    expect(await problems()).toEqual([[path, reason]])
    writeFileSync(path, sound)
    await scanOnce()
    expect(await problems()).toEqual([])
    expect(await says()).toEqual(['low'])
  })

  it('are kept with a problem while the database has another shape, and read when it is whole again', async () => {
    notes.put(note('a', 1, 'low'))
    await scanOnce()
    notes.database.exec('ALTER TABLE note RENAME TO note_old')
    expect(await scanOnce()).toMatchObject({ gone: 0 })
    expect(await problems()).toEqual([
      [join(folder, 'notes.db'), 'the database has another shape than expected (no such table: note)'],
    ])
    notes.database.exec('ALTER TABLE note_old RENAME TO note')
    notes.put(note('b', 2, 'high'))
    await scanOnce()
    expect(await says()).toEqual(['low', 'high'])
    expect(await problems()).toEqual([])
  })

  it('are read while their agent holds the write lock, which they never take', async () => {
    notes.put(note('a', 1, 'low'))
    notes.database.exec('BEGIN IMMEDIATE')
    notes.put(note('b', 2, 'not yet'))
    expect(await scanOnce()).toMatchObject({ entriesAdded: 1, problems: 0 })
    notes.database.exec('COMMIT')
    await scanOnce()
    expect(await says()).toEqual(['low', 'not yet'])
  })

  it('are kept with a problem while an agent without WAL has the database locked', async () => {
    notes.put(note('a', 1, 'low'))
    await scanOnce()
    notes.database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
    notes.put(note('b', 2, 'high'))
    notes.database.exec('PRAGMA cache_spill = 1')
    expect(await scanOnce()).toMatchObject({ gone: 0 })
    expect(await problems()).toEqual([[join(folder, 'notes.db'), 'the database is locked by its agent']])
    notes.database.exec('COMMIT')
    await scanOnce()
    expect(await says()).toEqual(['low', 'high'])
  })

  it.each(['closed', 'open', 'copied without its index'])(
    'are read without writing anything beside a database that is %s',
    async (how) => {
      notes.put(note('a', 1, 'low'))
      if (how === 'closed') notes.database.close()
      if (how.startsWith('copied')) {
        for (const name of ['notes.db', 'notes.db-wal']) copyFileSync(join(folder, name), join(home.path, name))
        notes.database.close()
        for (const name of ['notes.db', 'notes.db-wal']) copyFileSync(join(home.path, name), join(folder, name))
      }
      const before = filesThere()
      expect(await scanOnce()).toMatchObject({ entriesAdded: 1, problems: 0 })
      expect(filesThere()).toEqual(before)
    },
  )

  it('are read by a watch as their agent writes', async () => {
    notes.put(note('a', 1, 'low'))
    const stop = new AbortController()
    const reports: ScanReport[] = []
    let wake: (() => void) | undefined
    const next = () => new Promise<void>((resolve) => (wake = resolve))
    let more = next()
    const watching = watch(setup(), {
      intervalMs: 3_600_000,
      signal: stop.signal,
      read(report) {
        reports.push(report)
        wake?.()
      },
    })
    await more
    more = next()
    notes.put(note('b', 2, 'high'))
    await more
    expect(reports.map(({ entriesAdded }) => entriesAdded)).toEqual([1, 1])
    expect(await says()).toEqual(['low', 'high'])
    stop.abort()
    await watching
  })
})

describe('what is known of a transcript from elsewhere', () => {
  it('is stored when it changes, though the transcript does not', async () => {
    notes.put(note('a', 1, 'low'))
    let title = 'Low water'
    const titled = {
      ...noter,
      async discover() {
        const refs = await noter.discover(home.env)
        return refs.map((ref) => ({ ...ref, beside: { facts: { title, titleSource: 'agent' as const } } }))
      },
    }
    const scanTitled = () => scan({ ...setup(), sources: [titled] })
    expect(await scanTitled()).toMatchObject({ filesRead: 1 })
    expect((await store.sessions.resolve('tides'))[0]).toMatchObject({ title: 'Low water' })
    expect(await scanTitled()).toMatchObject({ filesRead: 0 })
    title = 'High water'
    expect(await scanTitled()).toMatchObject({ filesRead: 1, entriesAdded: 0 })
    expect((await store.sessions.resolve('tides'))[0]).toMatchObject({ title: 'High water' })
    // Not looked up this time: nothing is known to have changed.
    expect(await scanOnce()).toMatchObject({ filesRead: 0 })
  })
})
