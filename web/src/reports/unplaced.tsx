import { useChange, useRead } from '../api/queries.ts'
import { plural } from '../../../src/domain/format.ts'
import { Agent } from '../parts/marks.tsx'
import { Failure } from '../parts/notice.tsx'
import { Ref, SessionLink } from '../parts/names.tsx'

/** Work that nobody attached, with the ticket it was probably for. */
export function Unplaced({ filter }: { filter: { agent?: string; project?: string; since?: string; until?: string } }) {
  const { data, error } = useRead('work.suggestions', { ...filter, limit: 20 })
  const decide = useChange('work.suggestions')
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
      {data.items.length === 0 && <p className="muted">Nothing tells what they were for.</p>}
      <ul className="rows">
        {data.items.map(({ sessionId, session, title, agent, ref, sure: isSure, reasons }) => (
          <li key={sessionId} className="line-row" data-row={sessionId} tabIndex={-1}>
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
                Accept
              </button>{' '}
              <button type="button" className="button" onClick={() => decide.mutate({ refuse: [sessionId] })}>
                Not this
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
