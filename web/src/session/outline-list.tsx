import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { plural } from '../../../src/domain/format.ts'
import type { Reply } from '../api/operations.ts'
import { Money } from '../parts/figures.tsx'
import { Waiting } from '../parts/notice.tsx'
import { useReading } from './reading.ts'
import { useSeen } from './seen.ts'

type Turn = Reply<'session.outline'>['turns'][number]

const ROW_PX = 44
const TITLE_PX = 20
const OVERSCAN = 20

/** The prompts, with what followed each. The one that is read is marked. `went` is told when one was chosen. */
export function OutlineList({ went }: { went?: () => void }) {
  const { outline, jump, turnOf } = useReading()
  const seen = useSeen()
  const list = useRef<HTMLElement>(null)
  const turns = outline?.turns ?? []
  const current = turns.findLastIndex(({ prompt }) => seen !== undefined && prompt !== null && prompt.at <= seen.from)
  const virtual = useVirtualizer({
    count: turns.length,
    getScrollElement: () => list.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollMargin: went ? 0 : TITLE_PX,
  })
  useEffect(() => {
    if (current >= 0) virtual.scrollToIndex(current, { align: 'auto' })
  }, [current, virtual])
  return (
    <nav className="outline" aria-label="Outline" ref={list} tabIndex={0}>
      {!went && <h2 className="outline-title">Outline</h2>}
      {!outline && <Waiting what="the outline" />}
      <ol className="virtual" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const turn = turns[index] as Turn
          const y = start - virtual.options.scrollMargin
          return (
            <li key={turn.prompt?.entryId ?? 'before'} style={{ transform: `translateY(${y}px)` }}>
              <button
                type="button"
                className="plain outline-turn"
                aria-current={index === current ? 'true' : undefined}
                disabled={turn.prompt === null}
                onClick={() => {
                  went?.()
                  if (turn.prompt) jump(turn.prompt.entryId)
                }}
              >
                <span className="outline-text">
                  <span className="strong">{turn.prompt ? turnOf(turn.prompt.entryId) : ''}</span>{' '}
                  <span className="cut">{turn.prompt ? turn.text : 'before the first prompt'}</span>
                </span>
                <span className="outline-facts">
                  <span>
                    {turn.calls > 0 && plural(turn.calls, 'call')}
                    {turn.edits > 0 && `, ${plural(turn.edits, 'edit')}`}
                    {turn.failed > 0 && <span className="bad"> {turn.failed} failed</span>}
                  </span>
                  {(turn.costMicrodollars !== null || turn.unpricedTokens > 0) && <Money of={turn} />}
                </span>
              </button>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
