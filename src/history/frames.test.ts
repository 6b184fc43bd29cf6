import { afterEach, beforeEach, expect, test } from 'vitest'
import { compress } from '../archive/frames.ts'
import { openSqlite } from '../stores/sqlite/open.ts'
import type { StoredFrame } from '../stores/archive-store.ts'
import type { Store } from '../stores/store.ts'
import { Frame, FrameCache } from './frames.ts'
import { openHistory } from './open.ts'
import { lineSource, Recorder, type Line } from './testing.ts'

let store: Store
beforeEach(async () => {
  store = await openSqlite({ path: ':memory:' })
})
afterEach(() => store.close())

function frame(raw: string | Buffer, recordCount: number, firstRecord = 0): Frame {
  const stored: StoredFrame = {
    transcriptId: 1,
    firstRecord,
    recordCount,
    sourceOffset: 0,
    sourceBytes: raw.length,
    part: null,
    data: compress(Buffer.from(raw)),
    blobs: [],
  }
  return new Frame(stored)
}

test('a frame gives each record its own bytes and value', () => {
  const read = frame('{"a":1}\n\n{"b":"ü"}\r\nbroken\n{"c":3}', 5, 10)
  expect([10, 11, 12, 13, 14].map((record) => read.value(record))).toEqual([
    { a: 1 },
    undefined,
    { b: 'ü' },
    undefined,
    { c: 3 },
  ])
  expect(read.bytes(12).toString()).toBe('{"b":"ü"}\r\n')
  expect([read.holds(9), read.holds(10), read.holds(14), read.holds(15)]).toEqual([false, true, true, false])
  expect(read.bytes(15).length).toBe(0)
})

test('a line end that came late belongs to the record behind it, and a byte order mark to nobody', () => {
  expect(frame('\n{"a":1}\n', 1).value(0)).toEqual({ a: 1 })
  expect(frame('\ufeff{"a":1}\n', 1).value(0)).toEqual({ a: 1 })
  expect(frame(Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d, 10]), 1).value(0)).toEqual({
    a: '\ufffd',
  })
})

test('the cache stays within its bytes and reads again what it let go', async () => {
  const recorder = new Recorder(store)
  const id = await recorder.transcript('alpha', 's')
  const lines = Array.from({ length: 40 }, (_, i): Line => ({
    id: `l${i}`,
    atMs: i * 1000,
    type: 'message',
    role: 'user',
    text: `${i} ${'x'.repeat(500)}`,
  }))
  await recorder.append(id, 'alpha', lines, { frameLines: 4 })
  const cache = new FrameCache(store, 12_000)
  for (const record of [0, 39, 7, 20, 0, 3]) {
    expect(((await cache.value(id, record)) as Line).id).toBe(`l${record}`)
    expect(cache.sizeBytes).toBeLessThanOrEqual(12_000)
  }
  expect(await cache.value(id, 40)).toBeUndefined()
  expect(await cache.value(id + 1, 0)).toBeUndefined()
  cache.clear()
  expect(cache.sizeBytes).toBe(0)
})

test('what the cache lets go gives its memory back at once, and what was read from it stays', async () => {
  const recorder = new Recorder(store)
  const id = await recorder.transcript('alpha', 's')
  const lines = Array.from({ length: 30 }, (_, i): Line => ({
    id: `l${i}`,
    atMs: i * 1000,
    type: 'message',
    role: 'user',
    text: `${i} ${'x'.repeat(1_000_000)}`,
  }))
  await recorder.append(id, 'alpha', lines, { frameLines: 1 })
  const cache = new FrameCache(store, 4_100_000)
  const before = process.memoryUsage().arrayBuffers
  const read = await Promise.all(lines.map((_, record) => cache.value(id, record)))
  // Two frames are kept; what the thirty took from the store is some hundred bytes each.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(3_000_000)
  expect(read).toEqual(lines)
})

test('a small frame shares its memory with others, and leaves it to them', async () => {
  const [kept, gone] = [frame('{"a":"kept"}\n', 1), frame('{"a":"gone"}\n', 1)]
  gone.release()
  expect(kept.value(0)).toEqual({ a: 'kept' })
  expect(Buffer.from('from the same pool').toString()).toBe('from the same pool')
})

test('a page of entries asks the archive once for each frame, and what was read before not at all', async () => {
  const recorder = new Recorder(store)
  const id = await recorder.transcript('alpha', 's')
  const line = (i: number): Line => ({ id: `l${i}`, atMs: i * 1000, type: 'message', role: 'user', text: `${i}` })
  const lines = Array.from({ length: 40 }, (_, i) => line(i))
  await recorder.append(id, 'alpha', lines, { frameLines: 4 })
  let asked = 0
  const counting: Store = {
    ...store,
    archive: { ...store.archive, frameOf: (...of) => (asked++, store.archive.frameOf(...of)) },
  }
  const history = openHistory(counting, [lineSource('alpha')])
  const read = async (): Promise<unknown[]> =>
    (await history.entries({ transcriptId: id }, { limit: 100 })).items.map(({ content }) => content)
  const said = lines.map(({ text }) => ({ type: 'message', text }))
  expect([await read(), asked]).toEqual([said, 10])
  expect([await read(), asked]).toEqual([said, 10])
})

test('a last frame that grew is read anew for the records it gained', async () => {
  const recorder = new Recorder(store)
  const id = await recorder.transcript('alpha', 's')
  const line = (i: number): Line => ({ id: `l${i}`, atMs: i * 1000, type: 'message', role: 'user', text: `${i}` })
  await recorder.append(id, 'alpha', [line(0)])
  const cache = new FrameCache(store)
  expect(((await cache.value(id, 0)) as Line).text).toBe('0')
  expect(await cache.value(id, 1)).toBeUndefined()
  await recorder.append(id, 'alpha', [line(1)])
  expect(((await cache.value(id, 1)) as Line).text).toBe('1')
})
