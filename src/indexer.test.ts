import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDaybook } from './app.ts'
import type { OpenedStore } from './cli/io.ts'
import { createIndexer } from './indexer.ts'

const CONVERSATION = '3c0f9a52-6b1d-4e0e-9a3c-5d2f8e7b1a40'

let home: string
let opened: OpenedStore

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'daybook-indexer-'))
  const folder = join(home, '.claude', 'projects', '-code-harbour')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${CONVERSATION}.jsonl`), prompts(30))
  const machine = { home, platform: process.platform, variables: { DAYBOOK_HOME: join(home, 'data') } }
  const signal = new AbortController().signal
  opened = await openDaybook({ machine, cwd: home, now: Date.now, signal }, 'own')
  await opened.engines.scan({})
  await opened.context.store.search.reset()
})

afterEach(async () => {
  await opened.close()
  rmSync(home, { recursive: true })
})

function prompts(count: number): string {
  const line = (i: number): string =>
    JSON.stringify({
      type: 'user',
      uuid: `u-${i}`,
      sessionId: CONVERSATION,
      timestamp: new Date(Date.UTC(2026, 10, 2, 10, i)).toISOString(),
      cwd: '/code/harbour',
      message: { role: 'user', content: `the tide of minute ${i}` },
    })
  return Array.from({ length: count }, (_, i) => `${line(i)}\n`).join('')
}

function indexed(): Promise<number> {
  const { search } = opened.context.store
  return search
    .match({ all: [{ tokens: ['tide'], prefix: false }], none: [] }, {}, { limit: 99 })
    .then((rows) => rows.length)
}

test('a thread indexes what it was begun for and ends', async () => {
  const { store } = opened.context
  const indexer = createIndexer(store, join(home, 'data', 'daybook.db'), new AbortController().signal)
  const seen: number[] = []
  indexer.begin()
  await indexer.finish(({ indexed: now }) => seen.push(now))
  expect([await indexed(), seen[0], seen.at(-1)]).toEqual([30, 0, 30])
  expect(await store.search.lagging()).toEqual([])
})

test('a thread that cannot open the store leaves the work to the caller', async () => {
  const indexer = createIndexer(opened.context.store, join(home, 'nowhere', '\0'), new AbortController().signal)
  indexer.begin()
  await indexer.finish(() => undefined)
  expect(await indexed()).toBe(30)
})

test('stopped, it ends at once with the reason, and the next one goes on', async () => {
  const stopped = new AbortController()
  const path = join(home, 'data', 'daybook.db')
  const indexer = createIndexer(opened.context.store, path, stopped.signal)
  indexer.begin()
  const run = indexer.finish(() => stopped.abort(new Error('enough')))
  await expect(run).rejects.toThrow('enough')
  await indexer.stop()
  await createIndexer(opened.context.store, path, new AbortController().signal).finish(() => undefined)
  expect(await indexed()).toBe(30)
})
