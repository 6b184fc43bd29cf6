import { Link } from '@tanstack/react-router'
import { useChange, useRead } from '../api/queries.ts'
import { plural } from '../../../src/domain/format.ts'
import { Agent } from '../parts/marks.tsx'
import { Failure } from '../parts/notice.tsx'
import { Ref, SessionLink } from '../parts/names.tsx'
import { useKeys } from '../shell/keys.ts'

/** Work that nobody attached, with the ticket it was probably for. */
export function Unplaced({ filter }: { filter: { agent?: string; project?: string; since?: string; until?: string } }) {
  const { data, error } = useRead('work.suggestions', { ...filter, limit: 20 })
  const decide = useChange('work.suggestions')
  const inFocus = (): string[] => {
    const id = document.activeElement?.closest<HTMLElement>('[data-unplaced]')?.dataset['unplaced']
    return id === undefined ? [] : [id]
  }
  const decideInFocus = (how: 'accept' | 'refuse'): void => {
    const sessions = inFocus()
    if (sessions.length > 0) decide.mutate({ [how]: sessions })
  }
  useKeys(
    'Unattributed, the row in focus',
    data && data.items.length > 0
      ? [
          { keys: 'a', says: 'accept its ticket', run: () => decideInFocus('accept') },
          { keys: 'x', says: 'not this one', run: () => decideInFocus('refuse') },
        ]
      : [],
  )
  if (error) return <Failure error={error} />
  if (!data || data.unplaced === 0) return null
  const sure = data.items.filter((one) => one.sure)
  return (
    <section>
      <h2 className="group">
        Unattributed <span className="muted">{plural(data.unplaced, 'session')}</span>
        {sure.length > 1 && (
          <button type="button" className="button push" onClick={() => decide.mutate({ accept: ['all'] })}>
            Accept {sure.length} sure ones
          </button>
        )}
      </h2>
      {decide.error && <Failure error={decide.error} />}
      {data.items.length === 0 && (
        <p className="muted">
          Nothing tells what they were for. <Link to="/sessions">Attach them among all sessions</Link>
        </p>
      )}
      <ul className="rows">
        {data.items.map(({ sessionId, session, title, agent, ref, sure: isSure, reasons }) => (
          <li key={sessionId} className="line-row" data-row={sessionId} data-unplaced={sessionId} tabIndex={-1}>
            <Agent id={agent} />
            <SessionLink of={{ key: session, ref: session }} />
            <span className="cut">{title}</span>
            <span>
              ? <Ref of={ref} />
            </span>
            <span className="muted cut">
              {reasons.map(({ place, text }) => `${place.replaceAll('_', ' ')} ${text}`).join('; ')},{' '}
              {isSure ? 'high' : 'low'}
            </span>
            <span className="push">
              <button type="button" className="button" onClick={() => decide.mutate({ accept: [sessionId] })}>
                Accept <kbd>a</kbd>
              </button>{' '}
              <button type="button" className="button" onClick={() => decide.mutate({ refuse: [sessionId] })}>
                Not this <kbd>x</kbd>
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
