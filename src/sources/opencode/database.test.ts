import { StatementSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { testHome, type TestHome } from '../../../test/home.ts'
import { openSession } from './database.ts'
import { OpencodeWriter } from './fixtures/write.ts'

const START = Date.parse('2026-11-03T10:00:00Z')

let home: TestHome
beforeEach(() => {
  home = testHome()
})
afterEach(() => {
  vi.restoreAllMocks()
  home.remove()
})

/** A session of as many messages with two parts each; `size` is a part's. */
function write(messages: number, size = 10): string {
  const writer = new OpencodeWriter(home.path)
  writer.session({
    id: 'ses_1',
    title: 'Pears',
    version: '1.18.33',
    directory: '/code/orchard',
    createdAtMs: START,
    messages: [],
  })
  for (let i = 0; i < messages; i++) {
    const id = `msg_${String(i).padStart(3, '0')}`
    writer.message('ses_1', id, { role: 'user', time: { created: START + i } })
    for (const part of [0, 1])
      writer.part('ses_1', id, `prt_${i}_${part}`, { type: 'text', text: `${i}.${part}`.padEnd(size) }, START + i)
  }
  writer.close()
  return writer.path
}

function textsOf(reader: ReturnType<typeof openSession>): string[] {
  return reader.stamps()!.flatMap((stamp) => {
    const { row, data } = JSON.parse(reader.line(stamp)!) as { row: string; data: { text: string } }
    return row === 'part' ? [data.text.trim()] : []
  })
}

it('a session is read some messages at a time, all of it, in order', () => {
  const reader = openSession(write(40), 'ses_1', 'ses_1')
  const asked = vi.spyOn(StatementSync.prototype, 'all')
  expect(textsOf(reader)).toEqual(Array.from({ length: 40 }, (_, i) => [`${i}.0`, `${i}.1`]).flat())
  // The session, its rows of both tables, and twice for every 16 messages.
  expect(asked.mock.calls.length).toBeLessThanOrEqual(3 + 2 * 3)
  reader.close()
})

it('of large messages no more than a megabyte is read ahead', () => {
  const reader = openSession(write(8, 300_000), 'ses_1', 'ses_1')
  const asked = vi.spyOn(StatementSync.prototype, 'all')
  expect(textsOf(reader)).toHaveLength(16)
  const sizes = asked.mock.results.map(({ value }) => String(value).length)
  expect(Math.max(...sizes)).toBeLessThan(1024 * 1024)
  expect(Math.max(...sizes)).toBeGreaterThan(300_000)
  reader.close()
})

it('what is written last is read alone', () => {
  const reader = openSession(write(40), 'ses_1', 'ses_1')
  const last = reader.stamps()!.find(({ key }) => key === 'part prt_39_1')!
  const asked = vi.spyOn(StatementSync.prototype, 'all')
  expect(JSON.parse(reader.line(last)!)).toMatchObject({ place: 1, data: { text: expect.stringMatching(/^39\.1/) } })
  expect(asked.mock.results.map(({ value }) => (value as unknown[]).length)).toEqual([1, 2])
  reader.close()
})
