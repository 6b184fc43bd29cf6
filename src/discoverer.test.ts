import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { testHome } from '../test/home.ts'
import { scanHome, testScanSetup } from '../test/reading.ts'
import { startDiscoverer } from './discoverer.ts'
import { discover, type Discovered } from './ingest/discover.ts'
import { discoverInProcess } from './ingest/discovery-process.ts'
import { scan } from './ingest/scan.ts'
import { openSqlite } from './stores/sqlite/open.ts'
import type { Store } from './stores/store.ts'

const home = testHome()
afterEach(home.remove)

const prompt = (n: number): string =>
  `${JSON.stringify({
    type: 'user',
    uuid: `u${n}`,
    timestamp: '2026-11-19T09:00:00.000Z',
    message: { role: 'user', content: 'tide' },
  })}\n`

const write = (n: number, text = prompt(n)): string =>
  home.write(`.claude/projects/-work/1a11a111-0000-4000-8000-${String(n).padStart(12, '0')}.jsonl`, text)

async function withStore(use: (store: Store, path: string) => Promise<void>): Promise<void> {
  const path = join(home.path, 'daybook.db')
  const store = await openSqlite({ path })
  try {
    await use(store, path)
  } finally {
    await store.close()
  }
}

const apart = (store: Store, path: string, signal?: AbortSignal): Promise<Discovered> =>
  discoverInProcess(
    startDiscoverer,
    { ...testScanSetup(store, home.env), transcripts: store.transcripts, signal },
    path,
  )

it(
  'a process of its own discovers what this one would',
  () =>
    withStore(async (store, path) => {
      // More than are handed over at once.
      for (let n = 0; n < 600; n++) write(n)
      const setup = { ...testScanSetup(store, home.env), transcripts: store.transcripts, now: () => 7 }
      const found = await apart(store, path)
      expect(found).toEqual(await discover(setup))
      expect([found.first, found.changed.length, found.newest.length]).toEqual([true, 600, 500])
    }),
  30_000,
)

it(
  'a scan reads what a process of its own discovered, and a second one nothing',
  () =>
    withStore(async (store, path) => {
      for (let n = 0; n < 3; n++) write(n)
      const setup = { ...testScanSetup(store, home.env), discover: () => apart(store, path) }
      expect(await scan(setup)).toMatchObject({ first: true, filesRead: 3, entriesAdded: 3 })
      write(1, prompt(1) + prompt(11))
      expect(await scan(setup)).toMatchObject({ first: false, filesRead: 1, entriesAdded: 1, gone: 0 })
      expect(await scanHome(store, home.env)).toMatchObject({ filesRead: 0 })
    }),
  30_000,
)

it(
  'its failure is told, and so is that nobody waits any more',
  () =>
    withStore(async (store) => {
      await expect(apart(store, home.write('notes.db', 'tide tables '.repeat(500)))).rejects.toThrow('notes.db')
      const ending = new AbortController()
      const asked = apart(store, join(home.path, 'daybook.db'), ending.signal)
      ending.abort(new Error('Ctrl C'))
      await expect(asked).rejects.toThrow('Ctrl C')
    }),
  30_000,
)
