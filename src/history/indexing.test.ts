import { execFile } from 'node:child_process'
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ENTRY_FLAG } from '../domain/entry.ts'
import type { StoredTexts } from '../stores/search-store.ts'
import type { Store } from '../stores/store.ts'
import { Frame } from './frames.ts'
import { bringIndexUpToDate } from './indexing.ts'
import { OfferedTexts } from './offered-texts.ts'
import { openHistory } from './open.ts'
import { diskStore, lineSource, Recorder, type Line } from './testing.ts'

const SOURCES = [lineSource('alpha')]
const START = Date.parse('2026-11-02T10:00:00Z')

let place: Awaited<ReturnType<typeof diskStore>>
let store: Store

beforeEach(async () => {
  place = await diskStore()
  store = place.store
})

afterEach(() => place.close())

function lines(session: number, count: number, text = 'tide'): Line[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `${session}-${i}-${text}`,
    atMs: START + session * 1000 + i * 60_000,
    type: 'message',
    role: 'user',
    text: `${text} ${session} ${i}`,
  }))
}

async function record(recorder: Recorder, sessions: number, each: number): Promise<number[]> {
  const ids: number[] = []
  for (let s = 0; s < sessions; s++) {
    const id = await recorder.transcript('alpha', `s${s}`)
    await recorder.append(id, 'alpha', lines(s, each))
    ids.push(id)
  }
  return ids
}

async function count(query: string, from = store): Promise<number> {
  const reply = await openHistory(from, SOURCES).search({
    query,
    filter: {},
    order: 'newest',
    limit: 1000,
    budgetMs: Infinity,
  })
  return reply.items.length
}

/** Counted by the index alone. */
async function indexed(word: string, from = store): Promise<number> {
  return (await from.search.match({ all: [{ tokens: [word], prefix: false }], none: [] }, {}, { limit: 1000 })).length
}

test('stopped after any batch, it goes on where it was and adds nothing twice', async () => {
  await record(new Recorder(store), 5, 10)
  for (let stops = 0; (await store.search.lagging()).length > 0; stops++) {
    expect(stops).toBeLessThan(9)
    const one: Store = {
      ...store,
      search: { ...store.search, lagging: async () => (await store.search.lagging()).slice(0, 2) },
    }
    const stop = new AbortController()
    const run = bringIndexUpToDate(one, SOURCES, {
      signal: stop.signal,
      progress: ({ indexed: now }) => now > stops * 20 && stop.abort(new Error('stopped')),
    })
    await expect(run).rejects.toThrow('stopped')
    const { indexed: done, entries } = await store.search.progress()
    expect([done, entries]).toEqual([Math.min(50, (stops + 1) * 20), 50])
    expect(await indexed('tide')).toBe(done)
    expect(await count('tide')).toBe(50)
  }
})

test('more entries of one moment than the index has places there are found in order, page after page', async () => {
  const recorder = new Recorder(store)
  const id = await recorder.transcript('alpha', 'crowd')
  const at = (atMs: number, count: number, text: string): Line[] =>
    Array.from({ length: count }, (_, i) => ({
      id: `${text}${atMs}-${i}`,
      atMs,
      type: 'message',
      role: 'user',
      text: 'tide',
    }))
  for (const crowd of [at(START + 3_600_000, 3, 'late'), at(START + 1_100_000, 40, 'next'), at(START, 5000, 'crowd')]) {
    await recorder.append(id, 'alpha', crowd, { frameLines: 500 })
    await bringIndexUpToDate(store, SOURCES)
  }
  const terms = { all: [{ tokens: ['tide'], prefix: false }], none: [] }
  const seen: number[] = []
  for (let beforeRowId: number | undefined; ; beforeRowId = seen.at(-1)) {
    const page = await store.search.match(terms, {}, { limit: 1500, beforeRowId })
    seen.push(...page.map((row) => row.rowId))
    if (page.length < 1500) break
  }
  expect(seen.length).toBe(5043)
  expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a))
  const until = new Date(START + 1_100_000).toISOString()
  expect((await store.search.match(terms, { to: until }, { limit: 9999 })).length).toBe(5000)
  expect((await store.search.match(terms, { from: until }, { limit: 9999 })).length).toBe(43)
})

test('text that is in the index, and frames that it was read from, hold no memory', async () => {
  const recorder = new Recorder(store)
  for (const session of [1, 2]) {
    const large = lines(session, 2).map((line) => ({ ...line, text: 'tide '.repeat(20_000) }))
    await recorder.append(await recorder.transcript('alpha', `s${session}`), 'alpha', large)
  }
  const released = vi.spyOn(Frame.prototype, 'release')
  const added: Uint8Array[] = []
  const watched: Store['search'] = {
    ...store.search,
    async add(batches) {
      added.push(...batches.map(({ text }) => text))
      expect(sizes(added)).toEqual([200_000, 200_000].map((bytes) => expect.toSatisfy((size) => size > bytes)))
      await store.search.add(batches)
    },
  }
  await bringIndexUpToDate({ ...store, search: watched }, SOURCES)
  expect(sizes(added)).toEqual([0, 0])
  expect(released.mock.instances.map((frame) => (frame as Frame).sizeBytes)).toEqual([0, 0])
  released.mockRestore()
  expect(await indexed('tide')).toBe(4)
})

function sizes(pieces: readonly Uint8Array[]): number[] {
  return pieces.map((piece) => piece.length)
}

test('progress counts up to every entry there is', async () => {
  await record(new Recorder(store), 3, 4)
  const seen: { indexed: number; entries: number }[] = []
  await bringIndexUpToDate(store, SOURCES, { progress: (progress) => seen.push(progress) })
  expect(seen.at(-1)).toEqual({ indexed: 12, entries: 12 })
})

test('beside a reading it takes everything once, in few pieces, and ends with it', async () => {
  const recorder = new Recorder(store)
  const ids = await record(recorder, 2, 2)
  // The first does not fill a piece; the second does, and what waited is in it.
  const long = ids.map((id) => said(id, 0, ['tide', 'tide '.repeat(1_100_000)]))
  const pieces: number[] = []
  const watched: Store = {
    ...store,
    search: {
      ...store.search,
      async add(batches) {
        pieces.push(batches.reduce((sum, batch) => sum + batch.rowIds.length, 0))
        await store.search.add(batches)
      },
    },
  }
  const offered = new OfferedTexts(watched, SOURCES, () => {})
  const asked: number[][] = []
  const goesOn = async (): Promise<boolean> => {
    asked.push([...pieces])
    const next = long.shift()
    if (next) offered.put(next)
    return next !== undefined
  }
  await bringIndexUpToDate(watched, SOURCES, { beside: { offered, goesOn } })
  expect([asked, pieces]).toEqual([[[], [], [4]], [4]])
  expect(await store.search.lagging()).toEqual([])
  expect(await indexed('tide')).toBe(4)
})

test('what is appended lags until the next run and is found all the same', async () => {
  const recorder = new Recorder(store)
  const [first] = await record(recorder, 2, 5)
  await bringIndexUpToDate(store, SOURCES)
  await recorder.append(first as number, 'alpha', lines(7, 3, 'harbour'))
  expect([await indexed('harbour'), await count('harbour')]).toEqual([0, 3])
  await bringIndexUpToDate(store, SOURCES)
  expect([await indexed('harbour'), await count('harbour')]).toEqual([3, 3])
})

test('small additions are merged with one another, and what a bulk left is written again once for hundreds of them', async () => {
  const recorder = new Recorder(store)
  const [first] = await record(recorder, 4, 40)
  const words = Array.from({ length: 60_000 }, (_, i) => `w${i.toString(36)}`).join(' ')
  await recorder.append(first as number, 'alpha', lines(8, 4, words))
  await bringIndexUpToDate(store, SOURCES)
  expect(pieces()[0]?.pages).toBeGreaterThan(50)
  const large = new Set<number>()
  for (let i = 0; i < 200; i++) {
    await recorder.append(first as number, 'alpha', lines(100 + i, 1, 'harbour'))
    await bringIndexUpToDate(store, SOURCES)
    large.add(pieces()[0]!.id)
    expect(pieces().length).toBeLessThanOrEqual(32)
  }
  expect(large.size).toBeLessThanOrEqual(2)
  expect([await indexed('harbour'), await indexed('tide')]).toEqual([200, 160])
})

/** Pieces of the index, the largest first. */
function pieces(): { id: number; pages: number }[] {
  const file = new DatabaseSync(join(place.folder, 'search.db'), { readOnly: true })
  const found = file.prepare(
    'SELECT segid AS id, MAX(pgno) AS pages FROM entry_text_idx GROUP BY segid ORDER BY pages DESC',
  )
  const all = found.all() as { id: number; pages: number }[]
  file.close()
  return all.map(({ id, pages }) => ({ id, pages }))
}

test('a forgotten transcript is indexed anew, and what was read before it was forgotten is not added', async () => {
  const [first] = await record(new Recorder(store), 2, 5)
  const before = await store.search.lagging()
  const rows = await store.entries.after(first as number, 0, 10)
  await bringIndexUpToDate(store, SOURCES)
  await store.search.forget([first as number])
  expect(await indexed('tide')).toBe(5)
  const late = before.find((transcript) => transcript.transcriptId === first)!
  const outdated = rows.map((row) => ({ row, text: 'outdated' }))
  await store.search.add([await store.search.pack({ ...late, throughRecord: late.toRecord, rows: outdated })])
  expect([await indexed('outdated'), await indexed('tide')]).toEqual([0, 5])
  await bringIndexUpToDate(store, SOURCES)
  expect(await indexed('tide')).toBe(10)
})

test('a batch that would leave a gap is left out', async () => {
  const [first] = await record(new Recorder(store), 1, 5)
  const rows = await store.entries.after(first as number, 3, 10)
  const batch = await store.search.pack({
    transcriptId: first as number,
    agent: 'claude-code',
    epoch: 0,
    fromRecord: 3,
    throughRecord: 5,
    rows: rows.map((row) => ({ row, text: 'later' })),
  })
  await store.search.add([batch])
  expect([await indexed('later'), (await store.search.lagging())[0]!.fromRecord]).toEqual([0, 0])
})

test('several processes may index the same store at once', async () => {
  await record(new Recorder(store), 6, 10)
  const program = `
    const { openSqlite } = await import(${JSON.stringify(new URL('../stores/sqlite/open.ts', import.meta.url).href)})
    const { bringIndexUpToDate } = await import(${JSON.stringify(new URL('./indexing.ts', import.meta.url).href)})
    const { lineSource } = await import(${JSON.stringify(new URL('./testing.ts', import.meta.url).href)})
    const store = await openSqlite({ path: ${JSON.stringify(join(place.folder, 'daybook.db'))} })
    await bringIndexUpToDate(store, [lineSource('alpha')])
    await store.close()`
  const run = promisify(execFile)
  await Promise.all([1, 2, 3].map(() => run(process.execPath, ['--input-type=module', '--eval', program])))
  expect(await store.search.lagging()).toEqual([])
  expect([await indexed('tide'), await count('tide')]).toEqual([60, 60])
})

test('a damaged index is thrown away and search goes on without it', async () => {
  await record(new Recorder(store), 3, 10)
  await bringIndexUpToDate(store, SOURCES)
  const path = join(place.folder, 'search.db')
  for (const damage of [
    () => writeFileSync(path, 'no database at all'),
    () => truncateSync(path, 4096),
    () => {
      const bytes = readFileSync(path)
      writeFileSync(path, bytes.fill(0x5a, 8192))
    },
  ]) {
    store = await place.reopen()
    await bringIndexUpToDate(store, SOURCES)
    expect(await indexed('tide')).toBe(30)
    await store.search.close()
    damage()
    expect(await count('tide')).toBe(30)
  }
  await bringIndexUpToDate(store, SOURCES)
  expect(await indexed('tide')).toBe(30)
})

test('words that are damaged inside a sound file are found by a whole check, and made again', async () => {
  await record(new Recorder(store), 3, 10)
  await bringIndexUpToDate(store, SOURCES)
  await store.search.close()
  const index = new DatabaseSync(join(place.folder, 'search.db'), { defensive: false })
  index.exec('UPDATE entry_text_data SET block = zeroblob(length(block)) WHERE id > 1000')
  index.close()
  expect(await store.inspect({ integrity: true })).toMatchObject({ damage: [] })
  expect(await indexed('tide')).toBe(0)
  await bringIndexUpToDate(store, SOURCES)
  expect(await indexed('tide')).toBe(30)
})

test('an index beside another store is not believed', async () => {
  await record(new Recorder(store), 2, 5)
  await bringIndexUpToDate(store, SOURCES)
  await store.close()
  const other = await diskStore()
  try {
    await other.store.close()
    writeFileSync(join(other.folder, 'search.db'), readFileSync(join(place.folder, 'search.db')))
    const opened = await other.reopen()
    const recorder = new Recorder(opened)
    const id = await recorder.transcript('alpha', 'else')
    await recorder.append(id, 'alpha', lines(0, 5, 'harbour'))
    expect(await count('tide', opened)).toBe(0)
    expect(await count('harbour', opened)).toBe(5)
  } finally {
    await other.close()
    store = await place.reopen()
  }
})

test('after a reset everything lags and everything is found', async () => {
  await record(new Recorder(store), 2, 5)
  await bringIndexUpToDate(store, SOURCES)
  await store.search.reset()
  expect(await store.search.progress()).toEqual({ indexed: 0, entries: 10 })
  expect(await count('tide')).toBe(10)
})

test('the index is private, and words of a deleted session leave its file', async () => {
  const recorder = new Recorder(store)
  const [first] = await record(recorder, 2, 5)
  await recorder.append(first as number, 'alpha', lines(3, 2, 'sesameopen'))
  await bringIndexUpToDate(store, SOURCES)
  const path = join(place.folder, 'search.db')
  expect((statSync(path).mode & 0o777).toString(8)).toBe('600')
  const session = (await store.sessions.list({}, { limit: 9 })).items.find((each) => each.externalId === 's0')!
  const bytes = (): string =>
    [path, `${path}-wal`]
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, 'latin1'))
      .join('')
  expect(bytes()).toContain('sesameopen')
  await store.sessions.delete(session.id, 'tester')
  await store.search.tidy()
  expect(bytes()).not.toContain('sesameopen')
  expect(await count('tide')).toBe(5)
})

/** Adds entries to the index one by one, each so long that it counts as bulk: merging is then left for later. */
async function addPieces(from: number, to: number): Promise<void> {
  const recorder = new Recorder(store)
  const id = await recorder.transcript('alpha', `long ${from}`)
  // Words that are few make small pieces, words of their own large ones.
  const text = Array.from({ length: 150_000 }, (_, i) => `ebb${i % 9000}`).join(' ')
  for (let piece = from; piece < to; piece++) {
    await recorder.append(id, 'alpha', [{ ...lines(piece, 1)[0]!, id: `p${piece}` }])
    const [lagging] = await store.search.lagging()
    const rows = await store.search.rows(id, piece - from, 10)
    const throughRecord = piece - from + 1
    const batch = { ...lagging!, throughRecord, rows: rows.map((row) => ({ row, text: `${text} tide` })) }
    await store.search.add([await store.search.pack(batch)])
  }
}

function countPieces(): number {
  const index = new DatabaseSync(join(place.folder, 'search.db'), { readOnly: true })
  const row = index.prepare('SELECT COUNT(DISTINCT segid) AS count FROM entry_text_idx').get() as { count: number }
  index.close()
  return row.count
}

test('an index in pieces of one size is merged step by step, and finds the same', async () => {
  await addPieces(0, 6)
  await store.search.tidy()
  expect([countPieces(), await indexed('tide')]).toEqual([6, 6])
  await addPieces(6, 7)
  await store.search.tidy()
  expect([countPieces(), await indexed('tide')]).toEqual([1, 7])
})

test('a large piece is not written again for a few small ones, but for many', async () => {
  await addPieces(0, 20)
  await store.search.tidy()
  expect(countPieces()).toBe(1)
  await addPieces(20, 29)
  await store.search.tidy()
  expect([countPieces(), await indexed('tide')]).toEqual([10, 29])
  await addPieces(29, 44)
  await store.search.tidy()
  expect([countPieces(), await indexed('tide')]).toEqual([1, 44])
})

test('transcripts of an agent without a reader stay out, and nothing stops', async () => {
  await record(new Recorder(store), 2, 3)
  await bringIndexUpToDate(store, [])
  expect((await store.search.lagging()).length).toBe(2)
})

/** What the lines of a transcript from `fromRecord` on say, as a reading hands it over. */
function said(transcriptId: number, fromRecord: number, texts: readonly string[]): StoredTexts {
  const pieces = texts.map((text) => Buffer.from(text))
  let end = 0
  return {
    transcriptId,
    fromRecord,
    throughRecord: fromRecord + texts.length,
    records: Uint32Array.from(texts, (_, i) => fromRecord + i),
    blocks: new Uint32Array(texts.length),
    ends: Uint32Array.from(pieces, ({ length }) => (end += length)),
    text: Uint8Array.from(Buffer.concat(pieces)),
  }
}

/** Brings the index up to date with what was handed over. @returns the transcripts whose text was read back */
async function indexSaid(
  handed: readonly StoredTexts[],
  taken: (bytes: number) => void = () => {},
): Promise<Set<number>> {
  const readBack = new Set<number>()
  const watched: Store = {
    ...store,
    archive: {
      ...store.archive,
      frames: (id, range) => {
        readBack.add(id)
        return store.archive.frames(id, range)
      },
    },
  }
  const offered = new OfferedTexts(watched, SOURCES, taken)
  for (const texts of handed) offered.put(texts)
  await bringIndexUpToDate(watched, SOURCES, { beside: { offered, goesOn: async () => false } })
  expect(await store.search.lagging()).toEqual([])
  return readBack
}

test('what was said while it was read is indexed as it was said, and its memory is given back', async () => {
  const [first, second] = (await record(new Recorder(store), 2, 3)) as [number, number]
  const large = 'harbour '.repeat(20_000)
  const handed = [said(first, 0, [large, 'gull']), said(first, 2, ['quay']), said(second, 0, ['a', 'b', 'quay'])]
  const taken: number[] = []
  expect([...(await indexSaid(handed, (bytes) => taken.push(bytes)))]).toEqual([])
  expect(await Promise.all(['harbour', 'gull', 'quay', 'tide'].map((word) => indexed(word)))).toEqual([1, 1, 2, 0])
  expect(taken.sort((a, b) => a - b)).toEqual([4, 6, 160_004])
  expect(handed.map(({ text }) => text.length).sort((a, b) => a - b)).toEqual([0, 4, 6])
})

test('what follows a gap, lacks an entry or belongs to a transcript that was forgotten is read back', async () => {
  const [gap, lacking, forgotten, whole] = (await record(new Recorder(store), 4, 3)) as [number, number, number, number]
  await store.search.forget([forgotten])
  const handed = [
    said(gap, 0, ['quay']),
    said(gap, 2, ['quay']),
    { ...said(lacking, 0, ['quay', 'quay']), throughRecord: 3 },
    said(forgotten, 0, ['quay', 'quay', 'quay']),
    said(whole, 0, ['quay', 'quay', 'quay']),
  ]
  expect(await indexSaid(handed)).toEqual(new Set([gap, lacking, forgotten]))
  expect([await indexed('quay'), await indexed('tide')]).toEqual([4, 8])
})

test('a call whose failure is told after it was indexed is found among what failed, and once', async () => {
  const recorder = new Recorder(store)
  const ids = [await recorder.transcript('alpha', 's1'), await recorder.transcript('alpha', 's2')] as const
  const line = (type: 'tool_call' | 'tool_result', call: string, minute: number, text: string): Line => ({
    id: `${call}${type}`,
    atMs: START + minute * 60_000,
    type,
    role: type === 'tool_call' ? 'assistant' : 'tool',
    text,
    tool: 'Bash',
    call,
    flags: type === 'tool_result' ? ENTRY_FLAG.failed : 0,
  })
  for (const id of ids) await recorder.append(id, 'alpha', [line('tool_call', `c${id}`, id, 'zebra')])
  await bringIndexUpToDate(store, SOURCES)
  for (const id of ids) await recorder.append(id, 'alpha', [line('tool_result', `c${id}`, id + 10, 'gnu')])
  expect(await indexSaid([said(ids[0], 1, ['gnu'])])).toEqual(new Set(ids))
  const found = await store.search.match(
    { all: [{ tokens: ['zebra'], prefix: false }], none: [] },
    { failedOnly: true },
    { limit: 10 },
  )
  expect(found.map(({ transcriptId, record: at, type }) => [transcriptId, at, type])).toEqual([
    [ids[1], 0, 'tool_call'],
    [ids[0], 0, 'tool_call'],
  ])
  expect(await indexed('zebra')).toBe(2)
})
