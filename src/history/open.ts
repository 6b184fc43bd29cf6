import { startOfDay, systemTimezone } from '../domain/calendar.ts'
import type { QueryClock } from '../domain/search-query.ts'
import type { Source } from '../sources/source.ts'
import type { Store } from '../stores/store.ts'
import { Contents } from './contents.ts'
import { listEntries } from './entries.ts'
import { FrameCache } from './frames.ts'
import type { History } from './history.ts'
import { picturesOf } from './pictures.ts'
import { search } from './search.ts'
import { WORDS } from './words.ts'

export interface HistoryOptions {
  /** Unix milliseconds; default the clock. */
  now?(): number
  /** IANA zone that decides where the days of `after:` and `before:` begin; default the system's. */
  timezone?: string
  /** Decompressed frames kept, in bytes. Default 32 MiB. */
  cacheBytes?: number
}

/** What search and reading share for as long as a process keeps them. */
export interface Reading {
  store: Store
  contents: Contents
  clock(): QueryClock
}

/** Entries read back from the archive, and search over them. */
export function openHistory(store: Store, sources: readonly Source[], options: HistoryOptions = {}): History {
  const { now = Date.now, timezone = systemTimezone(), cacheBytes } = options
  const reading: Reading = {
    store,
    contents: new Contents(store, sources, new FrameCache(store, cacheBytes)),
    clock: () => ({ nowMs: now(), dayStart: (year, month, day) => startOfDay({ year, month, day }, timezone) }),
  }
  return {
    entries: (filter, page) => listEntries(reading, filter, page),
    search: (request) => search(reading, request),
    pictures: (transcriptId, record) => picturesOf(store, transcriptId, record),
    words: async () => WORDS,
  }
}
