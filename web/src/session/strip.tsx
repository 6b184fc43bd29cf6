import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'
import { formatTimeExact } from '../../../src/domain/format.ts'
import { useAbout } from '../parts/about.ts'
import { useReading } from './reading.ts'
import { axisOf } from './strip-axis.ts'
import { Marks } from './strip-marks.tsx'
import { useSeen } from './seen.ts'

const HEIGHT = 56

/** The session from its start to its end: what it was for, what it cost, what happened. Navigates by click and by arrows. */
export function Strip() {
  const { outline, jump, target, dearestMicrodollars } = useReading()
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
  const slices = outline?.slices
  const axis = useMemo(() => (slices ? axisOf(slices, width) : undefined), [slices, width])
  if (!outline || !axis || outline.slices.length === 0) return null
  const prompts = outline.turns.filter(({ prompt }) => prompt !== null)
  const at = (iso: string): number => axis.at(Date.parse(iso))
  // The prompt that was jumped to, while it is in sight, else the one that what is at the top answers.
  const marked = prompts.findIndex(
    ({ prompt }) =>
      seen !== undefined && prompt!.entryId === target && prompt!.at >= seen.from && prompt!.at <= seen.to,
  )
  const above = prompts.findLastIndex(({ prompt }) => seen !== undefined && prompt!.at <= seen.from)
  const current = marked >= 0 ? marked : Math.max(0, above)
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
        <Marks of={outline} axis={axis} width={width} dearest={dearestMicrodollars} />
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
