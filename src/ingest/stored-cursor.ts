import { compress, decompress } from '../archive/frames.ts'
import type { ActivityFold } from '../domain/slice.ts'
import type { Cursor } from '../sources/batch.ts'

/** What is kept between reads of one transcript: the reader's cursor and the fold of active time. */
export interface StoredCursor {
  reader: Cursor
  activity: ActivityFold
}

/** Parsers that remember calls make long cursors. Beyond about this SQLite gives each a page of 8 KiB of its own. */
const LONG_TEXT = 2000
/** No JSON begins so. */
const COMPRESSED = 'zstd:'

/** The text that the store keeps of a cursor. */
export function storeCursor(cursor: StoredCursor): string {
  const text = JSON.stringify(cursor)
  return text.length <= LONG_TEXT ? text : COMPRESSED + Buffer.from(compress(Buffer.from(text))).toString('base64')
}

/** A cursor that cannot be understood counts as none: the transcript is read again, and nothing is added twice. */
export function parseStoredCursor(text: string | undefined): StoredCursor | undefined {
  if (text === undefined) return undefined
  try {
    const json = text.startsWith(COMPRESSED)
      ? decompress(Buffer.from(text.slice(COMPRESSED.length), 'base64')).toString()
      : text
    const cursor = JSON.parse(json) as StoredCursor
    return typeof cursor.reader?.offset === 'number' && Array.isArray(cursor.activity?.open) ? cursor : undefined
  } catch {
    return undefined
  }
}
