import { setImmediate as letOthers } from 'node:timers/promises'
import { AppError } from '../domain/errors.ts'
import type { Page, PageRequest } from '../stores/page.ts'

/**
 * Cuts a page out of a list that is at hand as a whole (projects, sums by model): small by nature.
 *
 * @throws AppError `invalid` for a cursor that no page of ours gave
 */
export function pageOf<T>(items: readonly T[], page: PageRequest): Page<T> {
  return pageOfFirst(items, items.length, page)
}

/**
 * The same out of the first items of a list, as many as `placeAfter` the page says, of `total` that there are.
 *
 * @throws AppError `invalid` for a cursor that no page of ours gave
 */
export function pageOfFirst<T>(items: readonly T[], total: number, page: PageRequest): Page<T> {
  const end = placeAfter(page)
  return {
    items: items.slice(end - page.limit, end),
    total,
    nextCursor: end < total ? Buffer.from(`from:${end}`).toString('base64url') : null,
  }
}

/** How many items of a list lie in a page and before it. @throws AppError `invalid` as above */
export function placeAfter({ limit, cursor }: PageRequest): number {
  return limit + (cursor === undefined ? 0 : readCursor(cursor))
}

function readCursor(cursor: string): number {
  const match = /^from:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  if (!match) throw new AppError('invalid', `cursor ${JSON.stringify(cursor.slice(0, 60))} is not one that a page gave`)
  return Number(match[1])
}

/**
 * Every item of a paged list, a page of 1,000 at a time. Between two pages what came meanwhile is answered: a store answers
 * without a break, and a server has one thread for all who ask.
 */
export async function* everyItem<T>(list: (page: PageRequest) => Promise<Page<T>>): AsyncGenerator<T> {
  let cursor: string | undefined
  do {
    const page: Page<T> = await list({ limit: 1000, uncounted: true, ...(cursor === undefined ? {} : { cursor }) })
    yield* page.items
    cursor = page.nextCursor ?? undefined
    if (cursor !== undefined) await letOthers()
  } while (cursor !== undefined)
}
