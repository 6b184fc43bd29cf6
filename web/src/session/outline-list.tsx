import { useEffect, useRef } from 'react'
import { plural } from '../../../src/domain/format.ts'
import { Money } from '../parts/figures.tsx'
import { Waiting } from '../parts/notice.tsx'
import { useReading } from './reading.ts'
import { useSeen } from './seen.ts'

/** The prompts, with what followed each. The one that is read is marked. `went` is told when one was chosen. */
export function OutlineList({ went }: { went?: () => void }) {
  const { outline, jump, turnOf } = useReading()
  const seen = useSeen()
  const list = useRef<HTMLElement>(null)
  const turns = outline?.turns ?? []
  const current = turns.findLastIndex(({ prompt }) => seen !== undefined && prompt !== null && prompt.at <= seen.from)
  useEffect(() => {
    const row = list.current?.querySelector<HTMLElement>('[aria-current]')
    const box = list.current
    if (!row || !box) return
    const [top, bottom] = [row.offsetTop - box.offsetTop, row.offsetTop - box.offsetTop + row.offsetHeight]
    if (top < box.scrollTop) box.scrollTop = top
    else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight
  }, [current])
  return (
    <nav className="outline" aria-label="Outline" ref={list} tabIndex={0}>
      {!went && <h2 className="outline-title">Outline</h2>}
      {!outline && <Waiting what="the outline" />}
      <ol>
        {turns.map((turn, i) => (
          <li key={turn.prompt?.entryId ?? 'before'}>
            <button
              type="button"
              className="plain outline-turn"
              aria-current={i === current ? 'true' : undefined}
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
        ))}
      </ol>
    </nav>
  )
}
