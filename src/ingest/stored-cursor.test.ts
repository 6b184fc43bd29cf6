import { expect, it } from 'vitest'
import { hash48 } from '../domain/ids.ts'
import { startActivity } from '../domain/slice.ts'
import { emptyBatch } from '../sources/batch.ts'
import type { Cursor } from '../sources/batch.ts'
import { parseStoredCursor, storeCursor, type StoredCursor } from './stored-cursor.ts'

function cursorOf(calls: number): StoredCursor {
  const known = Array.from({ length: calls }, (_, i) => [`call_${hash48(`${i}`)}`, { exitCode: 0, failed: false }])
  const file = { device: 1, inode: 2, sizeBytes: 3, modifiedAtMs: 4 }
  const begun: Cursor = {
    file,
    offset: 9,
    headHash: 'a',
    headBytes: 1,
    tailHash: 'b',
    tailBytes: 1,
    line: 2,
    record: 2,
  } as Cursor
  const { cursor } = emptyBatch({ ...begun, baseRecord: 0, state: { parser: { calls: Object.fromEntries(known) } } })
  return { reader: cursor, activity: startActivity() }
}

it('a cursor that remembers sixty calls takes a third of its text, and is the same when it comes back', () => {
  const cursor = cursorOf(60)
  const text = storeCursor(cursor)
  expect(text.length).toBeLessThan(JSON.stringify(cursor).length / 3)
  expect(parseStoredCursor(text)).toEqual(cursor)
})

it('a short one stays readable', () => {
  expect(JSON.parse(storeCursor(cursorOf(2)))).toEqual(cursorOf(2))
})

it.each(['zstd:', 'zstd:AAAA', storeCursor(cursorOf(60)).slice(0, -40), '{"reader":{}}', 'null', '{'])(
  'what cannot be understood counts as none: %s',
  (text) => {
    expect(parseStoredCursor(text)).toBe(undefined)
  },
)
