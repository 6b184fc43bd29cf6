import { AppError, shownValue } from '../../domain/errors.ts'
import type { OffsetRequest, Page } from '../page.ts'
import type { Value } from './connection.ts'

/** A place in a list as opaque text: what the last item sorted by. */
export function writeCursor(place: readonly Value[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** @throws AppError `invalid` when the text is not a cursor with that many parts */
export function readCursor(cursor: string, parts: number): (string | number | null)[] {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    const sane = Array.isArray(place) && place.length === parts
    if (sane && place.every((part) => part === null || typeof part === 'string' || typeof part === 'number'))
      return place
  } catch {
    // Falls through to the same refusal.
  }
  throw new AppError('invalid', `cursor ${shownValue(cursor)} does not belong to this list`, {
    hint: 'start again without a cursor',
    repair: { typed: cursor, by: null },
  })
}

/** @throws AppError `invalid` below 1 */
export function checkLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1) return limit
  throw new AppError('invalid', `limit ${limit} is below 1`, { hint: 'ask for at least one item' })
}

/**
 * How many items to leave out before the page.
 *
 * @throws AppError `invalid` below 0, and beside a cursor: both say where to begin
 */
export function checkOffset({ offset = 0, cursor }: OffsetRequest): number {
  if (!Number.isInteger(offset) || offset < 0) throw new AppError('invalid', `offset ${offset} is below 0`)
  if (offset > 0 && cursor !== undefined) {
    throw new AppError('invalid', `offset ${offset} and a cursor both say where to begin`, { hint: 'give one of them' })
  }
  return offset
}

/**
 * How many items a list has. One that was read from its beginning to its end has told it; another is counted, where asked for.
 *
 * @param read items that came, of `limit` and one more
 */
export async function totalOf(
  { limit, offset = 0, cursor, alone = false, uncounted = alone }: OffsetRequest,
  read: number,
  count: () => Promise<number>,
): Promise<number> {
  const isWhole = cursor === undefined && read <= limit && (read > 0 || offset === 0)
  return isWhole || uncounted ? offset + Math.min(read, limit) : count()
}

/** Cuts the one row too many that tells whether a list goes on. */
export function toPage<Row, Item>(
  rows: Row[],
  limit: number,
  total: number,
  place: (row: Row) => Value[],
  item: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(item),
    total,
    nextCursor: rows.length > limit && last !== undefined ? writeCursor(place(last)) : null,
  }
}
