import type { QueryClock } from '../domain/search-query.ts'
import type { Source } from '../sources/source.ts'
import type { Store } from '../stores/store.ts'
import { Contents } from './contents.ts'
import { listEntries } from './entries.ts'
import { FrameCache } from './frames.ts'
import type { History } from './history.ts'
import { search } from './search.ts'

export interface HistoryOptions {
  store: Store
  sources: readonly Source[]
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
export function openHistory({ store, sources, now = Date.now, timezone, cacheBytes }: HistoryOptions): History {
  const reading: Reading = {
    store,
    contents: new Contents(store, sources, new FrameCache(store, cacheBytes)),
    clock: () => ({ nowMs: now(), dayStart: (year, month, day) => dayStart(year, month, day, timezone) }),
  }
  return {
    entries: (filter, page) => listEntries(reading, filter, page),
    search: (request) => search(reading, request),
  }
}

/** Midnight of a calendar day in a zone: a guess in UTC, put right by what clocks there show, twice for days of change. */
function dayStart(year: number, month: number, day: number, timezone: string | undefined): number {
  const wanted = Date.UTC(year, month - 1, day)
  let guess = wanted
  for (let i = 0; i < 2; i++) guess += wanted - wallClock(guess, timezone)
  return guess
}

function wallClock(atMs: number, timezone: string | undefined): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(atMs)
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  return Date.UTC(value('year'), value('month') - 1, value('day'), value('hour'), value('minute'), value('second'))
}
