import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { formatTimeExact } from '../../../src/domain/format.ts'
import { useAbout } from '../parts/about.ts'

const AT_MOST_EVERY_MS = 1000
const LOOK_EVERY_MS = 5000
const EVENTS = ['activity', 'entries', 'presence', 'reset']

/** Whether what is shown is kept up to date; reads anew what changed. */
export function Live() {
  const client = useQueryClient()
  const { timezone } = useAbout()
  const [state, setState] = useState<'live' | 'lost' | 'begin'>('begin')
  const [lastMs, setLastMs] = useState(0)
  useEffect(() => {
    let stream: EventSource | undefined
    let waiting: ReturnType<typeof setTimeout> | undefined
    const readAnew = (): void => {
      waiting = undefined
      if (document.visibilityState === 'visible') {
        void client.invalidateQueries({ predicate: ({ options }) => !isForGood(options) })
      }
    }
    const onEvent = (): void => {
      setLastMs(Date.now())
      waiting ??= setTimeout(readAnew, AT_MOST_EVERY_MS)
    }
    const connect = (): void => {
      stream = new EventSource('/v1/events')
      stream.addEventListener('open', () => {
        setState('live')
        onEvent()
      })
      stream.addEventListener('error', () => setState((before) => (before === 'begin' ? 'begin' : 'lost')))
      for (const kind of EVENTS) stream.addEventListener(kind, onEvent)
    }
    connect()
    // Where no stream answers, the page looks by itself.
    const looking = setInterval(() => {
      if (stream?.readyState === EventSource.OPEN) return
      readAnew()
      if (stream?.readyState === EventSource.CLOSED) connect()
    }, LOOK_EVERY_MS)
    return () => {
      stream?.close()
      clearInterval(looking)
      clearTimeout(waiting)
    }
  }, [client])
  const last = lastMs > 0 ? `, last event ${formatTimeExact(lastMs, timezone).slice(11, 19)}` : ''
  return (
    <span className="live" role="status">
      {state === 'live' ? 'Live' : state === 'lost' ? `Reconnecting${last}` : ''}
    </span>
  )
}

/** What never changes is not asked for again. */
function isForGood(options: object): boolean {
  return 'staleTime' in options && options.staleTime === Infinity
}
