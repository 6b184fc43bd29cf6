import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import { formatTimeExact } from '../../../src/domain/format.ts'
import { useAbout } from '../parts/about.ts'
import { useReading } from './reading.ts'
import { axisOf } from './strip-axis.ts'
import { useSeen } from './seen.ts'

const HEIGHT = 56

/** The session from its start to its end: what it was for, what it cost, what happened. Navigates by click and by arrows. */
export function Strip() {
  const { outline, jump, dearestMicrodollars } = useReading()
  const { timezone } = useAbout()
  const element = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(800)
  const seen = useSeen()
  useEffect(() => {
    if (!element.current) return
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 800))
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [])
  if (!outline || outline.slices.length === 0) return null
  const axis = axisOf(outline.slices, width)
  const prompts = outline.turns.filter(({ prompt }) => prompt !== null)
  const at = (iso: string): number => axis.at(Date.parse(iso))
  const current = Math.max(
    0,
    prompts.findLastIndex(({ prompt }) => seen !== undefined && prompt!.at <= seen.from),
  )
  const here = prompts[current]?.prompt
  const ticket = outline.slices.findLast(({ startMs }) => here && startMs <= Date.parse(here.at))?.ticket
  const clock = here ? formatTimeExact(Date.parse(here.at), timezone).slice(11, 16) : ''
  const says = [clock, `prompt ${current + 1} of ${prompts.length}`, ticket].filter(Boolean).join(', ')
  const go = (index: number): void => {
    const prompt = prompts[Math.max(0, Math.min(prompts.length - 1, index))]?.prompt
    if (prompt) jump(prompt.entryId)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (step !== undefined) go(current + step)
    else if (event.key === 'Home') go(0)
    else if (event.key === 'End') go(prompts.length - 1)
    else return
    event.preventDefault()
  }
  const onPointer = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.buttons !== 1) return
    const timeMs = axis.timeAt(event.clientX - event.currentTarget.getBoundingClientRect().left)
    go(prompts.findLastIndex(({ prompt }) => Date.parse(prompt!.at) <= timeMs))
  }
  return (
    <div
      ref={element}
      className="strip"
      role="slider"
      tabIndex={0}
      aria-label="Place in the session"
      aria-valuemin={1}
      aria-valuemax={Math.max(1, prompts.length)}
      aria-valuenow={current + 1}
      aria-valuetext={says}
      title={says}
      onKeyDown={onKeyDown}
      onPointerDown={onPointer}
      onPointerMove={onPointer}
    >
      <svg width={width} height={HEIGHT} aria-hidden="true">
        {outline.slices.map(({ startMs, endMs, ticket: ref, attribution }, i) => {
          const [from, to] = [axis.at(startMs), axis.at(endMs)]
          return (
            <g key={i}>
              <rect className={`slice ${attribution}`} x={from} y={0} width={Math.max(1, to - from)} height={14} />
              {ref && to - from > ref.length * 8 && (
                <text x={from + 4} y={11} className="slice-label">
                  {ref}
                </text>
              )}
            </g>
          )
        })}
        {axis.breaks.map((x) => (
          <path key={x} className="break" d={`M${x + 2} 14l4-14m2 14l4-14`} />
        ))}
        {prompts.map(({ prompt, costMicrodollars }, i) => {
          const from = at(prompt!.at)
          const next = prompts[i + 1]?.prompt
          const to = next ? at(next.at) : width
          const height = (20 * (costMicrodollars ?? 0)) / Math.max(1, dearestMicrodollars)
          return (
            <rect
              key={prompt!.entryId}
              className="turn-cost"
              x={from}
              y={36 - height}
              width={Math.max(1, to - from - 1)}
              height={height}
            />
          )
        })}
        {prompts.map(({ prompt }) => (
          <path key={prompt!.entryId} className="prompt-mark" d={`M${at(prompt!.at)} 40v8`} />
        ))}
        {outline.failures.map(({ entryId, at: when }) => (
          <path key={entryId} className="failure-mark" d={`M${at(when) - 3} 41l6 6m0-6l-6 6`} />
        ))}
        {outline.commits.map(({ hash, at: when }) => (
          <path key={hash} className="commit-mark" d={`M${at(when)} 40l4 4l-4 4l-4-4z`} />
        ))}
        {outline.compactions.map(({ entryId, at: when }) => (
          <path key={entryId} className="compaction-mark" d={`M${at(when) - 2} 39v10m4-10v10`} />
        ))}
        {seen && (
          <rect
            className="window"
            x={at(seen.from) - 1}
            y={0.5}
            width={Math.max(6, at(seen.to) - at(seen.from) + 2)}
            height={HEIGHT - 5}
          />
        )}
      </svg>
    </div>
  )
}
