import type { FeedEvent } from '../domain/feed.ts'
import type { Store } from '../stores/store.ts'

/** What a listener wants. Absent: everything. */
export interface FeedFilter {
  kinds?: ReadonlySet<string>
  sessionId?: string
}

/** `reset`: events were missed, because they are kept no more; everything is to be looked at again. */
export type Told = { type: 'event'; event: FeedEvent } | { type: 'reset'; position: number }

/** Where the listeners of one server wait. */
export interface Feed {
  /** The position of the last thing that was committed before this was asked. */
  now(): Promise<number>
  /** Events after a position, then those to come, until the signal is raised. */
  follow(after: number, filter: FeedFilter, signal: AbortSignal): AsyncGenerator<Told, void>
  /** Something was changed by this process: listeners are told at once. */
  nudge(): void
  close(): void
}

/** Other processes write too: so often they are looked for, while somebody listens. */
const LOOK_EVERY_MS = 250
/** Held for each listener while it takes them: a slow one holds no more. */
const AT_ONCE = 16
const MOST_BATCHES = 16

/**
 * Tells listeners what the feed brings. A listener that is slow takes what it has missed from the store when it is ready, so
 * nothing piles up for it here and nobody else waits.
 */
export function openFeed({ feed }: Pick<Store, 'feed'>, log: (line: string) => void): Feed {
  const waiting = new Set<() => void>()
  let timer: NodeJS.Timeout | undefined
  let listeners = 0
  let published = 0
  let running: Promise<void> | undefined
  let closed = false
  /** By the position before them: those who stand at one place are told the same events, not each a copy, until somebody looks. */
  const batches = new Map<number, Promise<FeedEvent[]>>()

  const wake = () => {
    // Other processes give positions too.
    batches.clear()
    for (const resolve of waiting) resolve()
    waiting.clear()
  }
  /** One at a time; a store that is busy just now is asked again. */
  const publish = (): Promise<void> => {
    const run = async () => {
      for (let count = await feed.publish(); count > 0; count = await feed.publish()) published += count
      wake()
    }
    return (running ??= run()
      .catch((error: unknown) => log(error instanceof Error ? error.message : String(error)))
      .finally(() => (running = undefined)))
  }
  const changed = (since: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (closed || signal.aborted || published !== since) return resolve()
      waiting.add(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })

  const batchAfter = (at: number): Promise<FeedEvent[]> => {
    const known = batches.get(at)
    if (known) return known
    const events = feed.list(at, AT_ONCE)
    events.catch(() => batches.delete(at))
    batches.set(at, events)
    const [oldest] = batches.keys()
    if (batches.size > MOST_BATCHES && oldest !== undefined) batches.delete(oldest)
    return events
  }

  async function* follow(after: number, filter: FeedFilter, signal: AbortSignal): AsyncGenerator<Told, void> {
    listeners++
    timer ??= setInterval(() => void publish(), LOOK_EVERY_MS).unref()
    try {
      await publish()
      let at = after
      while (!closed && !signal.aborted) {
        const seen = published
        const { oldest, newest } = await feed.bounds()
        if (at > newest || (at < oldest - 1 && newest > 0)) {
          at = newest
          yield { type: 'reset', position: at }
        }
        const events = await batchAfter(at)
        for (const event of events) {
          at = event.position
          if (wants(filter, event)) yield { type: 'event', event }
        }
        if (events.length === 0) await changed(seen, signal)
      }
    } finally {
      if (--listeners === 0) {
        clearInterval(timer)
        timer = undefined
      }
    }
  }

  return {
    async now() {
      await publish()
      return (await feed.bounds()).newest
    },
    follow,
    nudge: () => void (listeners > 0 && publish()),
    close() {
      closed = true
      clearInterval(timer)
      wake()
    },
  }
}

function wants({ kinds, sessionId }: FeedFilter, event: FeedEvent): boolean {
  return (kinds?.has(event.kind) ?? true) && (sessionId === undefined || event.sessionId === sessionId)
}
