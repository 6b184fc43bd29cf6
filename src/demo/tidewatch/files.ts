/** The project as the story finds it: a small site that shows tides, and has to ask the network each time. */
export const TIDEWATCH: Readonly<Record<string, string>> = {
  'README.md': `# tidewatch

Tide times for small harbours, on one page, readable on a phone in the rain.

    npm start          serves on port 8080
    npm test           the tests, without a network

Tables come from the public tide service. See docs/ for plans.
`,
  'package.json': `{
  "name": "tidewatch",
  "type": "module",
  "scripts": {
    "start": "node server.ts",
    "test": "node --test",
    "check": "tsc && node --test",
    "soak": "node tools/soak.ts"
  }
}
`,
  'server.ts': `import { createServer } from 'node:http'
import { tides } from './routes/tides.ts'

export const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (url.pathname === '/tides') return tides(url, response)
  response.writeHead(404).end('nothing here')
})

if (import.meta.main) server.listen(8080)
`,
  'network.ts': `import type { TideTable } from './tables.ts'

const SERVICE = 'https://tides.example/api/tables'

/** One station's table for the next 30 days. Throws when the service does not answer within 5 s. */
export async function fromNetwork(station: string): Promise<TideTable> {
  const reply = await fetch(SERVICE + '/' + station, { signal: AbortSignal.timeout(5_000) })
  if (!reply.ok) throw new Error('tide service answered ' + reply.status)
  return (await reply.json()) as TideTable
}
`,
  'tables.ts': `export interface Tide {
  at: string
  kind: 'high' | 'low'
  metres: number
}

export interface TideTable {
  station: string
  fetchedAt: string
  tides: Tide[]
}
`,
  'stations.ts': `/** Harbours we know, by the tide service's station number. */
export const STATIONS: Record<string, string> = {
  '8443970': 'Old Harbour',
  '8447930': 'Mill Creek',
  '8449130': 'Lighthouse Point',
  '8452660': 'Ferry Steps',
}
`,
  'routes/tides.ts': `import type { ServerResponse } from 'node:http'
import { fromNetwork } from '../network.ts'
import { STATIONS } from '../stations.ts'
import type { TideTable } from '../tables.ts'

const MAX_ENTRIES = 50
const LIFETIME_MS = 6 * 3_600_000

interface Kept {
  table: TideTable
  at: number
  newer: Kept | undefined
  older: Kept | undefined
}

/** Tables of the last hours, the least used leaves first. Gone with every restart. */
class MemoryCache {
  #kept = new Map<string, Kept>()
  #newest: Kept | undefined
  #oldest: Kept | undefined

  get(station: string): TideTable | undefined {
    const kept = this.#kept.get(station)
    if (!kept) return undefined
    if (Date.now() - kept.at > LIFETIME_MS) {
      this.#drop(station, kept)
      return undefined
    }
    this.#unlink(kept)
    this.#push(kept)
    return kept.table
  }

  set(station: string, table: TideTable): void {
    const old = this.#kept.get(station)
    if (old) this.#drop(station, old)
    const kept: Kept = { table, at: Date.now(), newer: undefined, older: undefined }
    this.#kept.set(station, kept)
    this.#push(kept)
    while (this.#kept.size > MAX_ENTRIES && this.#oldest) {
      this.#drop(this.#oldest.table.station, this.#oldest)
    }
  }

  /** Takes it out of the map and the list. */
  #drop(station: string, kept: Kept): void {
    this.#kept.delete(station)
    this.#unlink(kept)
  }

  #push(kept: Kept): void {
    kept.older = this.#newest
    if (this.#newest) this.#newest.newer = kept
    this.#newest = kept
    this.#oldest ??= kept
  }

  #unlink(kept: Kept): void {
    if (kept.newer) kept.newer.older = kept.older
    if (kept.older) kept.older.newer = kept.newer
    if (this.#newest === kept) this.#newest = kept.older
    if (this.#oldest === kept) this.#oldest = kept.newer
    kept.newer = undefined
    kept.older = undefined
  }
}

const cache = new MemoryCache()

async function tableFor(station: string): Promise<TideTable> {
  const kept = cache.get(station)
  if (kept) return kept
  const table = await fromNetwork(station)
  cache.set(station, table)
  return table
}

export async function tides(url: URL, response: ServerResponse): Promise<void> {
  const station = url.searchParams.get('station') ?? '8443970'
  if (!(station in STATIONS)) {
    response.writeHead(404).end('no such harbour')
    return
  }
  try {
    const table = await tableFor(station)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(table))
  } catch {
    response.writeHead(502).end('no table to be had')
  }
}
`,
  'routes/tides.test.ts': `import assert from 'node:assert'
import { test } from 'node:test'
import { STATIONS } from '../stations.ts'

test('an unknown harbour is not asked for', () => {
  assert.ok(!('0000000' in STATIONS))
})
`,
  'tools/soak.ts': `/** Asks every station again and again for some hours of pretended time, and counts what came from where. */
export async function soak(hours: number): Promise<void> {
  console.log('soaking for ' + hours + ' h')
}
`,
}
