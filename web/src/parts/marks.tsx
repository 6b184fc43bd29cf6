import type { ReactNode } from 'react'
import { useAbout } from './about.ts'

/** Strokes of 16 by 16. Each stands beside a word, or has a name. */
const STROKES = {
  open: <circle cx="8" cy="8" r="5" />,
  in_progress: (
    <>
      <circle cx="8" cy="8" r="5" />
      <path d="M8 3a5 5 0 0 1 0 10z" fill="currentColor" />
    </>
  ),
  ready: (
    <>
      <circle cx="8" cy="8" r="5" />
      <path d="M8 8V3a5 5 0 1 1-5 5z" fill="currentColor" />
    </>
  ),
  tested: <circle cx="8" cy="8" r="5" strokeDasharray="2 2" />,
  done: <path d="m3.5 8.5 3 3 6-7" />,
  closed: <circle cx="8" cy="8" r="5" fill="currentColor" />,
  waiting: <path d="M8 3v6m0 2.5v1.5" strokeWidth="2" />,
  blocked: <path d="M3 8h10" strokeWidth="3" />,
  cancelled: (
    <>
      <circle cx="8" cy="8" r="5" />
      <path d="m4.5 11.5 7-7" />
    </>
  ),
  working: <circle cx="8" cy="8" r="4" fill="currentColor" />,
  idle: <circle cx="8" cy="8" r="4" />,
  failed: <path d="m4 4 8 8m0-8-8 8" />,
  star: <path d="m8 2.5 1.7 3.5 3.8.5-2.8 2.7.7 3.8L8 11.2 4.6 13l.7-3.8-2.8-2.7 3.8-.5z" />,
  starred: <path d="m8 2.5 1.7 3.5 3.8.5-2.8 2.7.7 3.8L8 11.2 4.6 13l.7-3.8-2.8-2.7 3.8-.5z" fill="currentColor" />,
  folded: <path d="m6 4 4 4-4 4" />,
  unfolded: <path d="m4 6 4 4 4-4" />,
  asserted: <path d="M4 10c0-3 1-4.5 3-5.5M9 10c0-3 1-4.5 3-5.5" />,
  inferred: <path d="m3.5 8.5 3 3 6-7" strokeDasharray="2 1.5" />,
  gap: <path d="M5 13 8 3m0 10 3-10" />,
  switch: <path d="M2.5 8h10m-3.5-3.5L12.5 8 9 11.5" />,
  compacted: <path d="M6 3v10m4-10v10" />,
  handoff: <path d="M2.5 5h9m-3-3 3 3m2 6h-9m3 3-3-3" />,
} satisfies Record<string, ReactNode>

export type MarkName = keyof typeof STROKES

export function Mark({ name, label, tone }: { name: MarkName; label?: string; tone?: string }) {
  return (
    <svg
      className={tone ? `mark ${tone}` : 'mark'}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {STROKES[name]}
    </svg>
  )
}

const TONES: Record<string, string> = {
  done: 'ok',
  waiting: 'warn',
  blocked: 'bad',
  failed: 'bad',
  in_progress: 'accented',
  closed: 'faint',
  cancelled: 'faint',
}

const SESSION_MARKS: Record<string, MarkName> = {
  active: 'working',
  paused: 'idle',
  completed: 'done',
  failed: 'failed',
  abandoned: 'cancelled',
  expired: 'closed',
}

/** A status: shape and word, then colour. An expired session just ended. */
export function Status({ of, className = '' }: { of: string; className?: string }) {
  const name = of in STROKES ? (of as MarkName) : (SESSION_MARKS[of] ?? 'open')
  const word = of === 'expired' ? 'ended' : of.replaceAll('_', ' ')
  return (
    <span className={`status ${className}`.trimEnd()}>
      <Mark name={name} tone={TONES[of]} /> {word}
    </span>
  )
}

/** Two letters in a box, with the whole name where there is room. */
export function Agent({ id, named = false }: { id: string; named?: boolean }) {
  const { markOf, nameOf } = useAbout()
  return (
    <span className="agent" title={nameOf(id)}>
      <span className="agent-box" aria-hidden={named}>
        {markOf(id)}
      </span>
      {named ? <span>{nameOf(id)}</span> : <span className="unseen">{nameOf(id)}</span>}
    </span>
  )
}
