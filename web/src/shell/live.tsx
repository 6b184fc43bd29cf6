import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { formatTimeExact } from '../../../src/domain/format.ts'
import { useAbout } from '../parts/about.ts'

const AT_MOST_EVERY_MS = 1000

/** Whether what is shown is kept up to date; reads anew what changed. */
export function Live() {
  const client = useQueryClient()
  const { timezone } = useAbout()
  const [state, setState] = useState<'live' | 'lost' | 'begin'>('begin')
  const [lastMs, setLastMs] = useState(0)
  useEffect(() => {
    const stream = new EventSource('/v1/events')
    let waiting: ReturnType<typeof setTimeout> | undefined
    const onEvent = (): void => {
      setLastMs(Date.now())
      waiting ??= setTimeout(() => {
        waiting = undefined
        void client.invalidateQueries({ predicate: ({ options }) => !isForGood(options) })
      }, AT_MOST_EVERY_MS)
    }
    stream.addEventListener('open', () => {
      setState('live')
      setLastMs(Date.now())
      onEvent()
    })
    stream.addEventListener('error', () => setState('lost'))
    for (const kind of ['message', 'change']) stream.addEventListener(kind, onEvent)
    return () => {
      stream.close()
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
