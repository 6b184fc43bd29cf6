/** What Claude Code writes in the story, file by file. */
export const HEADER = `import { STATIONS } from '../stations.ts'

/** First line of a table file: magic, station, when it was fetched. The table follows as JSON. */
export interface Header {
  station: string
  fetchedAt: Date
}

const MAGIC = 'TIDE1'
const MAX_LENGTH = 200

export function writeHeader(header: Header): string {
  return [MAGIC, header.station, 'fetched=' + header.fetchedAt.toISOString()].join(' ')
}

/** Throws when the line is not one of ours: such a file is fetched again, never guessed at. */
export function parseHeader(line: string): Header {
  if (line.length > MAX_LENGTH) throw new Error('header too long')
  const [magic, station, fetched] = line.trim().split(' ')
  if (magic !== MAGIC) throw new Error('not a tide table: ' + String(magic).slice(0, 20))
  if (!station || !(station in STATIONS)) throw new Error('unknown station ' + station)
  const fetchedAt = new Date(fetched?.replace('fetched=', '') ?? '')
  if (Number.isNaN(fetchedAt.getTime())) throw new Error('no time in the header')
  return { station, fetchedAt }
}
`

export const PATHS = `import { join } from 'node:path'

const FOLDER = process.env.TIDEWATCH_CACHE ?? 'cache/data'

/** Where a station's table is kept. Station numbers are digits, so nothing else reaches a path. */
export function cachePath(station: string): string {
  if (!/^[0-9]{7}$/.test(station)) throw new Error('not a station number: ' + station)
  return join(FOLDER, station + '.tide')
}

export function cacheFolder(): string {
  return FOLDER
}
`

export const WRITER = `import { mkdir, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TideTable } from '../tables.ts'
import { writeHeader } from './header.ts'
import { cacheFolder, cachePath } from './paths.ts'

/** Keeps a table. Readers see the old one or the new one, never half of either. */
export async function writeTable(table: TideTable): Promise<void> {
  const path = cachePath(table.station)
  const next = join(tmpdir(), table.station + '.' + process.pid + '.tmp')
  const header = writeHeader({ station: table.station, fetchedAt: new Date(table.fetchedAt) })
  await mkdir(cacheFolder(), { recursive: true })
  await writeFile(next, [header, JSON.stringify(table)].join('\\n'))
  await rename(next, path)
}
`

export const WRITER_TEST = `import assert from 'node:assert'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { parseHeader } from './header.ts'
import { cacheFolder, cachePath } from './paths.ts'
import { writeTable } from './writer.ts'

const table = {
  station: '8443970',
  fetchedAt: '2026-11-20T06:00:00.000Z',
  tides: [{ at: '2026-11-20T11:42:00Z', kind: 'high' as const, metres: 3.1 }],
}

test('a table is kept with its header', async () => {
  await writeTable(table)
  const [head, body] = (await readFile(cachePath('8443970'), 'utf8')).split('\\n')
  assert.equal(parseHeader(head ?? '').fetchedAt.toISOString(), table.fetchedAt)
  assert.deepEqual(JSON.parse(body ?? ''), table)
})

test('no temporary file stays behind', async () => {
  await Promise.all([writeTable(table), writeTable(table), writeTable(table)])
  const left = (await readdir(cacheFolder())).filter((name) => name.endsWith('.tmp'))
  assert.deepEqual(left, [])
})

test('a newer table takes the place of the older one', async () => {
  const newer = { ...table, fetchedAt: '2026-11-20T12:00:00.000Z', tides: [] }
  await writeTable(table)
  await writeTable(newer)
  const [head, body] = (await readFile(cachePath('8443970'), 'utf8')).split('\\n')
  assert.equal(parseHeader(head ?? '').fetchedAt.toISOString(), newer.fetchedAt)
  assert.deepEqual(JSON.parse(body ?? ''), newer)
})

test('twenty writers at once leave one whole table', async () => {
  const writers = Array.from({ length: 20 }, (_, index) =>
    writeTable({ ...table, fetchedAt: new Date(Date.UTC(2026, 10, 20, 6, index)).toISOString() }),
  )
  await Promise.all(writers)
  const [head, body] = (await readFile(cachePath('8443970'), 'utf8')).split('\\n')
  assert.equal(parseHeader(head ?? '').fetchedAt.toISOString(), JSON.parse(body ?? '').fetchedAt)
})

test('a station that is not a number never reaches a path', async () => {
  await assert.rejects(writeTable({ ...table, station: '../../etc/passwd' }), /not a station number/)
})
`

export const READER = `import { open, readFile, stat } from 'node:fs/promises'
import { fromNetwork } from '../network.ts'
import type { TideTable } from '../tables.ts'
import { parseHeader, type Header } from './header.ts'
import { cachePath } from './paths.ts'
import { writeTable } from './writer.ts'

const DAY_MS = 86_400_000
export const maxAgeMs = 7 * DAY_MS

/** Reads the first line only: the age decides whether the rest is worth reading. */
export async function readHeader(path: string): Promise<Header> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(200), 0, 200, 0)
    const text = buffer.toString('utf8', 0, bytesRead)
    return parseHeader(text.slice(0, text.indexOf('\\n')))
  } finally {
    await file.close()
  }
}

async function ageMs(path: string): Promise<number> {
  const { mtimeMs } = await stat(path)
  return Date.now() - mtimeMs
}

async function fetchAndKeep(station: string): Promise<TideTable> {
  const table = await fromNetwork(station)
  await writeTable(table)
  return table
}

/** A station's table: from disk while it is young enough, else from the network. */
export async function readTable(station: string): Promise<TideTable> {
  const path = cachePath(station)
  try {
    const text = await readFile(path, 'utf8')
    const body = JSON.parse(text.slice(text.indexOf('\\n') + 1)) as TideTable
    return body
  } catch {
    return fetchAndKeep(station)
  }
}
`

/** Added when the clock of another machine had made a young table stale. */
export const SKEW_TESTS = `test('a clock half an hour ahead makes no table stale', async () => {
  const ahead = { ...fresh, fetchedAt: new Date(Date.now() + 1_800_000).toISOString() }
  await writeFile(cachePath(station), 'TIDE1 ' + station + ' fetched=' + ahead.fetchedAt + '\\n' + JSON.stringify(ahead))
  assert.equal((await readTable(station)).fetchedAt, ahead.fetchedAt)
  assert.equal(asked.mock.callCount(), 0)
})

test('a clock two hours ahead is not believed', async () => {
  const ahead = { ...fresh, fetchedAt: new Date(Date.now() + 7_200_000).toISOString() }
  await writeFile(cachePath(station), 'TIDE1 ' + station + ' fetched=' + ahead.fetchedAt + '\\n' + JSON.stringify(ahead))
  assert.equal((await readTable(station)).fetchedAt, fresh.fetchedAt)
  assert.equal(asked.mock.callCount(), 1)
})

`

export const READER_TEST = `import assert from 'node:assert'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { beforeEach, mock, test } from 'node:test'
import { cacheFolder, cachePath } from './paths.ts'
import { readHeader, readTable } from './reader.ts'

const station = '8443970'
const fresh = { station, fetchedAt: new Date().toISOString(), tides: [] }
const asked = mock.method(globalThis, 'fetch', async () => new Response(JSON.stringify(fresh)))

beforeEach(async () => {
  asked.mock.resetCalls()
  await mkdir(cacheFolder(), { recursive: true })
})

test('a young table comes from disk', async () => {
  await writeFile(cachePath(station), 'TIDE1 ' + station + ' fetched=' + fresh.fetchedAt + '\\n' + JSON.stringify(fresh))
  await readTable(station)
  assert.equal(asked.mock.callCount(), 0)
})

test('a table older than 7 days is never served', async () => {
  await copyFile('cache/fixtures/8443970.tide', cachePath(station))
  const table = await readTable(station)
  assert.equal(table.fetchedAt, fresh.fetchedAt, 'stale table was served')
})

test('a damaged file is fetched again', async () => {
  await writeFile(cachePath(station), 'TIDE1 84')
  assert.deepEqual(await readTable(station), fresh)
  assert.equal((await readHeader(cachePath(station))).station, station)
})
`

/** A table of eleven days ago, two high and two low waters a day, one a line. */
export function fixture(lines: number): string {
  const tides = Array.from({ length: lines - 6 }, (_, index) => {
    const at = new Date(Date.UTC(2026, 10, 9, 2, 14) + index * 372.5 * 60_000).toISOString().slice(0, 16)
    const metres = index % 2 === 0 ? 2.9 + (index % 5) / 10 : 0.4 + (index % 3) / 10
    return `    { "at": "${at}Z", "kind": "${index % 2 === 0 ? 'high' : 'low'}", "metres": ${metres.toFixed(1)} }`
  })
  return [
    'TIDE1 8443970 fetched=2026-11-09T06:00:00Z',
    '{',
    '  "station": "8443970",',
    '  "fetchedAt": "2026-11-09T06:00:00Z",',
    '  "tides": [',
    tides.join(',\n'),
    '  ]}',
  ].join('\n')
}

export const ROUTE = `import type { ServerResponse } from 'node:http'
import { readTable } from '../cache/reader.ts'
import { STATIONS } from '../stations.ts'

export async function tides(url: URL, response: ServerResponse): Promise<void> {
  const station = url.searchParams.get('station') ?? '8443970'
  if (!(station in STATIONS)) {
    response.writeHead(404).end('no such harbour')
    return
  }
  try {
    const table = await readTable(station)
    response.writeHead(200, { 'content-type': 'application/json', 'x-fetched-at': table.fetchedAt })
    response.end(JSON.stringify(table))
  } catch {
    response.writeHead(502).end('no table to be had')
  }
}
`

export const EVICT = `import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder } from './paths.ts'

const UNUSED_MS = 30 * 86_400_000

/** Drops tables nobody asked for in 30 days. Says how many went. */
export async function evict(now = Date.now()): Promise<number> {
  let dropped = 0
  for (const name of await readdir(cacheFolder())) {
    if (!name.endsWith('.tide')) continue
    const path = join(cacheFolder(), name)
    const { atimeMs } = await stat(path)
    if (now - atimeMs <= UNUSED_MS) continue
    await rm(path)
    dropped += 1
  }
  return dropped
}
`

export const EVICT_DAILY = `const DAY_MS = 86_400_000

/** Evicts now and then once a day. The timer keeps no process alive. */
export async function evictDaily(): Promise<void> {
  await report()
  setInterval(() => void report(), DAY_MS).unref()
}

async function report(): Promise<void> {
  try {
    const dropped = await evict()
    if (dropped > 0) console.log('evicted ' + dropped + ' tables')
  } catch (error) {
    console.error('eviction failed: ' + String(error))
  }
}

`
