import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDaybook } from './app.ts'
import type { OpenedStore } from './cli/io.ts'
import { createIndexer } from './indexer.ts'
import type { StoredTexts } from './stores/search-store.ts'
import { scanHome } from '../test/reading.ts'

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

function prompts(count: number, prefix = 'u'): string {
  const line = (i: number): string =>
    JSON.stringify({
      type: 'user',
      uuid: `${prefix}-${i}`,
      sessionId: CONVERSATION,
      timestamp: new Date(Date.UTC(2026, 10, 2, 10, i)).toISOString(),
      cwd: '/code/harbour',
      message: { role: 'user', content: `the tide of minute ${i}` },
    })
  return Array.from({ length: count }, (_, i) => `${line(i)}\n`).join('')
}

function indexed(word = 'tide'): Promise<number> {
  const { search } = opened.context.store
  return search
    .match({ all: [{ tokens: [word], prefix: false }], none: [] }, {}, { limit: 99 })
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

/** What a reading would hand over of a transcript of 30 prompts: `word` in each, and `bytes` of something else. */
function said(transcriptId: number, word: string, bytes: number): StoredTexts {
  const piece = Buffer.from(`${word} ${'x'.repeat(bytes / 30)} `)
  return {
    transcriptId,
    fromRecord: 0,
    throughRecord: 30,
    records: Uint32Array.from({ length: 30 }, (_, i) => i),
    blocks: new Uint32Array(30),
    ends: Uint32Array.from({ length: 30 }, (_, i) => (i + 1) * piece.length),
    text: Uint8Array.from(Buffer.concat(Array.from({ length: 30 }, () => piece))),
  }
}

test('what is handed to a thread is indexed as it was said, and more than two pieces of it wait', async () => {
  const { store } = opened.context
  const folder = join(home, '.claude', 'projects', '-code-quay')
  mkdirSync(folder)
  for (const n of [1, 2, 3]) writeFileSync(join(folder, `${CONVERSATION.slice(0, -1)}${n}.jsonl`), prompts(30, `q${n}`))
  await scanHome(store, { home, platform: process.platform, variables: {} })
  const ids = (await store.search.lagging()).filter(({ epoch }) => epoch === 0).map(({ transcriptId }) => transcriptId)
  expect(ids.length).toBe(3)
  const indexer = createIndexer(store, join(home, 'data', 'daybook.db'), new AbortController().signal)
  const taker = indexer.begin()!
  await taker.room()
  for (const id of ids) taker.take(said(id, 'quay', 3_000_000))
  let isRoom = false
  const room = taker.room().then(() => (isRoom = true))
  await Promise.resolve()
  expect(isRoom).toBe(false)
  await room
  await indexer.finish(() => undefined)
  expect([await indexed('quay'), await indexed('tide')]).toEqual([90, 30])
})

test('a thread that has failed holds nobody up', async () => {
  const indexer = createIndexer(opened.context.store, join(home, 'nowhere', '\0'), new AbortController().signal)
  const taker = indexer.begin()!
  taker.take(said(1, 'quay', 9_000_000))
  await taker.room()
  await indexer.finish(() => undefined)
  expect([await indexed('quay'), await indexed()]).toEqual([0, 30])
})
