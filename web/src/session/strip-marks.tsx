import { memo } from 'react'
import type { Reply } from '../api/operations.ts'
import type { Axis } from './strip-axis.ts'

type Outline = Reply<'session.outline'>

interface MarksProps {
  of: Outline
  axis: Axis
  width: number
  /** What the dearest turn cost, micro-dollars. */
  dearest: number
}

/** What stands on the strip, one path for each kind: a session of thousands of prompts has no more marks than pixels. */
export const Marks = memo(function Marks({ of: outline, axis, width, dearest }: MarksProps) {
  const at = (iso: string): number => axis.at(Date.parse(iso))
  const prompts = outline.turns.flatMap(({ prompt, costMicrodollars }) =>
    prompt === null ? [] : [{ x: at(prompt.at), cost: costMicrodollars ?? 0 }],
  )
  return (
    <>
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
      <path className="turn-cost" d={bars(prompts, width, dearest)} />
      <path
        className="prompt-mark"
        d={marks(
          prompts.map(({ x }) => x),
          (x) => `M${x} 40v8`,
        )}
      />
      <path
        className="failure-mark"
        d={marks(
          outline.failures.map((one) => at(one.at)),
          (x) => `M${x - 3} 41l6 6m0-6l-6 6`,
        )}
      />
      <path
        className="commit-mark"
        d={marks(
          outline.commits.map((one) => at(one.at)),
          (x) => `M${x} 40l4 4l-4 4l-4-4z`,
        )}
      />
      <path
        className="compaction-mark"
        d={marks(
          outline.compactions.map((one) => at(one.at)),
          (x) => `M${x - 2} 39v10m4-10v10`,
        )}
      />
    </>
  )
})

/** One mark for each pixel that has any. */
function marks(places: readonly number[], draw: (x: number) => string): string {
  return [...new Set(places.map((x) => Math.round(x)))].map(draw).join('')
}

/** What each turn cost, from its prompt to the next one; of turns on one pixel the dearest. */
function bars(prompts: readonly { x: number; cost: number }[], width: number, dearest: number): string {
  const highest = new Map<number, { cost: number; to: number }>()
  prompts.forEach(({ x, cost }, i) => {
    const [from, to] = [Math.round(x), prompts[i + 1]?.x ?? width]
    const known = highest.get(from)
    highest.set(from, { cost: Math.max(cost, known?.cost ?? 0), to: Math.max(to, known?.to ?? 0) })
  })
  return [...highest]
    .map(([from, { cost, to }]) => {
      const height = (20 * cost) / Math.max(1, dearest)
      return `M${from} 36v${-height}h${Math.max(1, to - from - 1)}v${height}z`
    })
    .join('')
}
