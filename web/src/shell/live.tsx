import { type Query, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { FEED_KINDS, type FeedEvent } from '../../../src/domain/feed.ts'
import { formatTimeExact } from '../../../src/domain/format.ts'
import type { AppError } from '../../../src/domain/errors.ts'
import { ask } from '../api/ask.ts'
import { useAbout } from '../parts/about.ts'
import { Command } from '../parts/notice.tsx'

const AT_MOST_EVERY_MS = 1000
const LOOK_EVERY_MS = 5000
/** What was read before the stream stood is read again when the page has come up. */
const COME_UP_MS = 2000

/** Whether what is shown is kept up to date; reads anew what changed. */
export function Live() {
  const client = useQueryClient()
  const { timezone } = useAbout()
  const [state, setState] = useState<'live' | 'lost' | 'begin'>('begin')
  const [lastMs, setLastMs] = useState(0)
  const [lost, setLost] = useState<AppError>()
  useEffect(() => {
    let stream: EventSource | undefined
    let waiting: ReturnType<typeof setTimeout> | undefined
    let comingUp: ReturnType<typeof setTimeout> | undefined
    let readMs = 0
    let changed: Set<string> | 'anything' = new Set()
    const readAnew = (): void => {
      const what = changed
      changed = new Set()
      waiting = undefined
      readMs = Date.now()
      void client.invalidateQueries({
        predicate: (query) => !isForGood(query.options) && isAbout(query, what),
        // What nobody sees is read when somebody looks again.
        refetchType: document.visibilityState === 'visible' ? 'active' : 'none',
      })
    }
    const readSoon = (sessionId?: string | null): void => {
      if (!sessionId) changed = 'anything'
      else if (changed !== 'anything') changed.add(sessionId)
      waiting ??= setTimeout(readAnew, Math.max(0, readMs + AT_MOST_EVERY_MS - Date.now()))
    }
    const onEvent = ({ type, data }: MessageEvent<string>): void => {
      setLastMs(Date.now())
      readSoon(type === 'activity' ? null : (JSON.parse(data) as Partial<FeedEvent>).sessionId)
    }
    const connect = (): void => {
      stream = new EventSource('/v1/events')
      stream.addEventListener('open', () => {
        setState('live')
        setLost(undefined)
        if (comingUp !== undefined) readSoon()
        comingUp ??= setTimeout(readSoon, COME_UP_MS)
      })
      stream.addEventListener('error', () => setState((before) => (before === 'begin' ? 'begin' : 'lost')))
      for (const kind of [...FEED_KINDS, 'reset']) stream.addEventListener(kind, onEvent)
    }
    connect()
    // Where no stream answers, the page looks by itself.
    const looking = setInterval(() => {
      if (stream?.readyState === EventSource.OPEN) return
      ask('about', {}).then(
        () => {
          setLost(undefined)
          readSoon()
        },
        (error: AppError) => setLost(error),
      )
      if (stream?.readyState === EventSource.CLOSED) connect()
    }, LOOK_EVERY_MS)
    return () => {
      stream?.close()
      clearInterval(looking)
      clearTimeout(waiting)
      clearTimeout(comingUp)
    }
  }, [client])
  const last = lastMs > 0 ? `, last event ${formatTimeExact(lastMs, timezone).slice(11, 19)}` : ''
  return (
    <>
      <span className="live" role="status">
        {state === 'live' ? 'Live' : state === 'lost' ? `Reconnecting${last}` : ''}
      </span>
      {lost && (
        <div className="lost" role="alert">
          <span>What is shown may be old: {lost.message}.</span>
          {lost.hint && <Command line={lost.hint} />}
        </div>
      )}
    </>
  )
}

/** What never changes is not asked for again. */
function isForGood(options: object): boolean {
  return 'staleTime' in options && options.staleTime === Infinity
}

/** What tells of one session alone is read anew when that one went on. */
function isAbout({ queryKey: [name, input], state }: Query, changed: ReadonlySet<string> | 'anything'): boolean {
  if (changed === 'anything' || !/^(?:session\.(?:show|outline|transcript)|handoff\.list)$/.test(String(name)))
    return true
  const { id, session } = (state.data ?? {}) as { id?: string; session?: { id: string } }
  const sessionId = name === 'handoff.list' ? (input as { session?: string }).session : (session?.id ?? id)
  return sessionId === undefined || changed.has(sessionId)
}
