import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isAppError } from '../domain/errors.ts'
import type { Session } from '../domain/session.ts'
import { removeEventsOf, spoolFolder } from '../spool/spool.ts'
import type { OperationContext } from './operation.ts'
import { everyItem } from './page.ts'

/**
 * After sessions were deleted: their words leave the search index and the lists of names, what hooks left of them goes.
 * Killed before that, the next scan does it for the index.
 *
 * @param whole also writes the store's file anew
 */
export async function clearLeftovers(
  { store, dataDir }: OperationContext,
  sessions: readonly Pick<Session, 'externalId'>[],
  whole = false,
): Promise<void> {
  await unlessUnsupported(store.search.tidy())
  await store.scrub({ whole })
  dropEvents(dataDir, sessions)
}

/** What hooks left of these sessions. */
export function dropEvents(dataDir: string | undefined, sessions: readonly Pick<Session, 'externalId'>[]): void {
  if (dataDir === undefined || sessions.length === 0) return
  removeEventsOf(
    spoolFolder(dataDir),
    sessions.map(({ externalId }) => externalId),
  )
}

/** A store that cannot search has no words in an index either. */
export async function unlessUnsupported(work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!isAppError(error) || error.code !== 'unsupported') throw error
  })
}

/** What the activity log calls a copy that was made with `daybook backup`. */
export const BACKED_UP = 'store.backed_up'

/** Copies of the store that are still there, made by `daybook backup` or before the schema changed. Nothing changes them. */
export async function copiesOf({ store, dataDir }: OperationContext): Promise<string[]> {
  const paths = new Set<string>()
  for await (const { target } of everyItem((page) => store.activities.list({ action: BACKED_UP }, page))) {
    if (existsSync(target)) paths.add(target)
  }
  if (dataDir !== undefined && existsSync(dataDir)) {
    for (const name of readdirSync(dataDir)) if (/\.before-schema-\d+$/.test(name)) paths.add(join(dataDir, name))
  }
  return [...paths].sort()
}
