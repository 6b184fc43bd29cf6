import { setImmediate as letOthers } from 'node:timers/promises'
import { isAppError } from './domain/errors.ts'
import { bringIndexUpToDate, type IndexingProgress } from './history/indexing.ts'
import { startIndexThread, type IndexThread } from './history/index-thread.ts'
import { READERS } from './sources/index.ts'
import type { TextTaker } from './stores/search-store.ts'
import type { Store } from './stores/store.ts'
import { spawnIndexer } from './threads.ts'

/** Below so many entries the calling thread indexes: starting another would cost more. */
const THREAD_FROM_ENTRIES = 20_000

/** Keeps the index up to date: little in the calling thread, much in one of its own. */
export interface Indexer {
  /**
   * Begins to index beside a reading that is under way.
   *
   * @returns where what is read goes; `undefined` where only this thread could index it
   */
  begin(): TextTaker | undefined
  /** Reading has ended: resolves when nothing lags. @throws the signal's reason when it is aborted */
  finish(progress: (progress: IndexingProgress) => void): Promise<void>
  /** Ends what was begun. Without effect when it has finished. */
  stop(): Promise<void>
}

/** @param storePath the file a thread can open; null: all is done in the calling thread, or not at all without a search */
export function createIndexer(store: Store, storePath: string | null, signal: AbortSignal): Indexer {
  let thread: IndexThread | undefined
  const begin = (): TextTaker | undefined => {
    if (storePath !== null) thread ??= startIndexThread(() => spawnIndexer(storePath))
    return thread
  }
  const stop = async (): Promise<void> => {
    const ended = thread
    thread = undefined
    await ended?.stop()
  }
  return {
    begin,
    stop,
    async finish(progress) {
      const lagging = await store.search.lagging().catch(noSearch)
      if (lagging === undefined) return
      await letOthers()
      if (!thread && lagging.length === 0) return store.search.tidy()
      const now = await store.search.progress()
      progress(now)
      if (now.entries - now.indexed >= THREAD_FROM_ENTRIES) begin()
      const done = await thread?.finish({ signal, progress })
      await stop()
      if (!done) await bringIndexUpToDate(store, READERS, { signal, progress })
    },
  }
}

/** A store without a search has nothing to index. */
function noSearch(error: unknown): undefined {
  if (isAppError(error) && error.code === 'unsupported') return undefined
  throw error
}
