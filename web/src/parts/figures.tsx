import { useSyncExternalStore } from 'react'
import {
  formatClockTime,
  formatCount,
  formatDuration,
  formatMoney,
  formatTimeExact,
  formatTimeShort,
  formatTokens,
} from '../../../src/domain/format.ts'
import { useAbout } from './about.ts'

interface Cost {
  costMicrodollars: number | null
  unpricedTokens: number
}

/** Money as it is read; all six digits on hover. Ends in `+` where parts have no price; `–` where no usage is recorded. */
export function Money({ of, headline, className = '' }: { of: Cost; headline?: boolean; className?: string }) {
  const { costMicrodollars, unpricedTokens } = of
  if (costMicrodollars === null && unpricedTokens === 0)
    return <Unknown why="no usage is recorded" className={className} />
  const incomplete = unpricedTokens > 0 && costMicrodollars !== null
  const text = formatMoney(costMicrodollars, { headline, incomplete })
  const left = unpricedTokens > 0 ? `leaves out ${formatTokens(unpricedTokens)} tokens without a price` : ''
  const exact = costMicrodollars === null ? '' : `$${(costMicrodollars / 1e6).toFixed(6)} at list prices`
  return (
    <span
      className={`${costMicrodollars === null ? 'figure muted' : 'figure'} ${className}`.trimEnd()}
      title={[exact, left].filter(Boolean).join('; ')}
    >
      {text}
    </span>
  )
}

/** What is not there, and why. */
export function Unknown({ why, className = '' }: { why: string; className?: string }) {
  return (
    <span className={`faint ${className}`.trimEnd()} title={why} role="img" aria-label={why}>
      –
    </span>
  )
}

interface Length {
  ms: number | null
  word?: string
  why?: string
  className?: string
}

export function Duration({ ms, word, why = 'not recorded', className = '' }: Length) {
  if (ms === null || ms === 0) return <Unknown why={ms === 0 ? 'no time is recorded' : why} className={className} />
  return (
    <span
      className={`figure ${className}`.trimEnd()}
      title={`${formatCount(ms / 1000)} seconds${word ? ` ${word}` : ''}`}
    >
      {word ? `${word} ` : ''}
      {formatDuration(ms)}
    </span>
  )
}

export function Tokens({ count }: { count: number }) {
  return (
    <span className="figure" title={`${formatCount(count)} tokens`}>
      {formatTokens(count)}
    </span>
  )
}

/**
 * A point in time: an age up to a day unless `clock`, `4m ago` where `ago`; local and UTC to the second on hover. `alone`: no
 * row tells it, so it takes the focus itself.
 */
export function Time({ at, ...looks }: { at: string | null; clock?: boolean; ago?: boolean; alone?: boolean }) {
  const { timezone } = useAbout()
  return <TimeAt at={at} nowMs={useNow()} timezone={timezone} {...looks} />
}

interface Moment {
  at: string | null
  nowMs: number
  timezone: string
  clock?: boolean
  ago?: boolean
  alone?: boolean
  className?: string
}

/** A point in time where somebody else looks at the clock: rows by the hundred do not each. */
export function TimeAt({ at, nowMs, timezone, clock = false, ago = false, alone = false, className }: Moment) {
  const atMs = at === null ? Number.NaN : Date.parse(at)
  if (at === null || Number.isNaN(atMs)) return <Unknown why="not recorded" className={className} />
  // What came since the last tick is not in the future.
  const seenMs = Math.max(nowMs, Math.min(atMs, Date.now()))
  const text = clock ? formatClockTime(atMs, seenMs, timezone) : formatTimeShort(atMs, seenMs, timezone)
  return (
    <time
      dateTime={at}
      title={`${formatTimeExact(atMs, timezone)}, ${at.slice(0, 19).replace('T', ' ')} UTC`}
      className={className}
      tabIndex={alone ? 0 : undefined}
    >
      {text}
      {ago && /^\d+[smh]$/.test(text) && ' ago'}
    </time>
  )
}

/** Hours and minutes alone, where the day is known. */
export function Clock({ at, alone = false }: { at: string; alone?: boolean }) {
  const { timezone } = useAbout()
  const exact = formatTimeExact(Date.parse(at), timezone)
  return (
    <time dateTime={at} title={`${exact}, ${at.slice(0, 19).replace('T', ' ')} UTC`} tabIndex={alone ? 0 : undefined}>
      {exact.slice(11, 16)}
    </time>
  )
}

let nowMs = Date.now()
const listeners = new Set<() => void>()
let ticking: ReturnType<typeof setInterval> | undefined

/** Unix milliseconds, ten seconds apart, the same for all that is on the page. */
export function useNow(): number {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell)
      ticking ??= setInterval(() => {
        nowMs = Date.now()
        for (const one of listeners) one()
      }, 10_000)
      return () => {
        listeners.delete(tell)
        if (listeners.size > 0) return
        clearInterval(ticking)
        ticking = undefined
      }
    },
    () => nowMs,
  )
}
