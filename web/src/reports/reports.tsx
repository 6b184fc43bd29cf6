import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Asked, Reply } from '../api/operations.ts'
import { useRead } from '../api/queries.ts'
import { formatCount, formatDuration, plural } from '../../../src/domain/format.ts'
import { isClosed } from '../../../src/domain/ticket.ts'
import { useAbout } from '../parts/about.ts'
import { Choice } from '../parts/choice.tsx'
import { Duration, Money, Tokens, Unknown } from '../parts/figures.tsx'
import { Narrow } from '../parts/narrow.tsx'
import { Failure, Nothing, Waiting } from '../parts/notice.tsx'
import { Ref } from '../parts/names.tsx'
import type { Scope } from '../router.tsx'
import { FirstSessions } from '../sessions/first-sessions.tsx'
import { useKeys } from '../shell/keys.ts'
import { Days } from './days.tsx'
import { saveReport } from './csv.ts'
import { Hours } from './hours.tsx'
import { PLACES, useRowName } from './row-name.ts'
import { Shares } from './shares.tsx'
import { Unplaced } from './unplaced.tsx'

type Row = Reply<'work.report'>['items'][number]

const GROUPS = ['ticket', 'sprint', 'epic', 'project', 'person', 'agent', 'model', 'day', 'session']

/** What did it cost in time and money, and what is unplaced. */
export function Reports() {
  const words = useSearch({ from: '/reports' })
  const navigate = useNavigate({ from: '/reports' })
  const { agents } = useAbout()
  const { by: group, view, ...filter } = words
  const by = group || 'ticket'
  const narrowed = Object.fromEntries(Object.entries(filter).filter(([, value]) => value))
  const asked = { by: by as Asked<'work.report'>['by'], ...narrowed, limit: 200 }
  const report = useRead('work.report', asked, { keep: true })
  const calendar = useRead('work.calendar', narrowed, { keep: true })
  const change = (more: typeof words & Scope): void => void navigate({ search: { ...words, ...more }, replace: true })
  useEffect(() => void (document.title = 'Reports – Daybook'), [])
  const { data } = report
  const isTable = view === 'table'
  const toggle = (): void => change({ view: isTable ? '' : 'table' })
  const showAll = (
    <button
      type="button"
      className="button"
      onClick={() => change({ since: '', until: '', agent: '', project: '', by: '' })}
    >
      Show all that is recorded
    </button>
  )
  useKeys('Reports', [{ keys: 'v', says: 'chart or table', run: toggle }])
  return (
    <>
      <div className="heading">
        <h1>Reports</h1>
      </div>
      <Narrow label="What is reported" count={[words.since, words.until, words.agent].filter(Boolean).length}>
        <Choice label="Range" value={words.since} none="all time" set={(since) => change({ since, until: '' })}>
          {[
            ['today', 'today'],
            ['7d', '7 days'],
            ['30d', '30 days'],
            ['90d', '90 days'],
            ...(dayIn(words.since) ? [[dayIn(words.since), 'from a day on']] : []),
          ]}
        </Choice>
        <label className="day">
          from
          <input type="date" value={dayIn(words.since)} onChange={(event) => change({ since: event.target.value })} />
        </label>
        <label className="day">
          to
          <input type="date" value={dayIn(words.until)} onChange={(event) => change({ until: event.target.value })} />
        </label>
        <Choice label="Agent" value={words.agent} none="all agents" set={(agent) => change({ agent })}>
          {agents.map(({ agent, name }) => [agent, name])}
        </Choice>
        <label className="stays">
          by
          <select aria-label="By" value={by} onChange={(event) => change({ by: event.target.value })}>
            {GROUPS.map((group) => (
              <option key={group}>{group}</option>
            ))}
          </select>
        </label>
        <button type="button" className="button stays" onClick={toggle}>
          {isTable ? 'Chart' : 'Table'} <kbd>v</kbd>
        </button>
        {data && data.items.length > 0 && (
          <button type="button" className="button stays" onClick={() => saveReport(data)}>
            CSV
          </button>
        )}
      </Narrow>
      {report.error && !data ? (
        <Failure error={report.error} again={() => void report.refetch()}>
          {showAll}
        </Failure>
      ) : !data ? (
        <Waiting what="the report" />
      ) : data.items.length === 0 && Object.keys(narrowed).length === 0 ? (
        <FirstSessions missing="work" />
      ) : data.items.length === 0 ? (
        <Nothing says="No work is recorded in this range.">{showAll}</Nothing>
      ) : (
        <>
          <p className="headline">
            <span className="headline-figure">
              <Money of={data.totals} headline />
            </span>
            <span className="muted">cost at list prices</span>
            {data.totals.activeMs !== null && (
              <span>
                <Duration ms={data.totals.activeMs} /> <span className="muted">active, agent time</span>
              </span>
            )}
            {data.totals.sessions !== null && <span>{plural(data.totals.sessions, 'session')}</span>}
          </p>
          {calendar.data && <Days of={calendar.data.items} asTable={isTable} />}
          {!isTable && <Shares of={data} />}
          <Table of={data} />
          <p className="foot">
            At API list prices of {data.priceDate}. A subscription bills differently.
            {by === 'ticket' && ' A row of a ticket holds what lies below it; by day each ticket stands for itself.'}
            {data.totals.unpricedTokens > 0 &&
              ` + leaves out ${formatCount(data.totals.unpricedTokens)} tokens: ${data.totals.costReason}.`}
          </p>
          <Unplaced filter={narrowed} />
          {calendar.data && <Hours of={calendar.data.hours} asTable={isTable} />}
        </>
      )}
    </>
  )
}

/** A day as a date field takes it; `7d` and the like are none. */
function dayIn(word: string | undefined): string {
  return word !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(word) ? word : ''
}

function Table({ of }: { of: Reply<'work.report'> }) {
  const nameOf = useRowName(of.by)
  const [isByTicket, hasTime] = [of.items.some(({ ticket }) => ticket !== null), of.totals.activeMs !== null]
  return (
    <div className="scroll" role="region" aria-label="Report" tabIndex={0}>
      <table className="figures">
        <thead>
          <tr>
            <th scope="col">{of.by.slice(0, 1).toUpperCase() + of.by.slice(1)}</th>
            {isByTicket && <th scope="col">Title</th>}
            {hasTime && (
              <th scope="col" className="right">
                Active
              </th>
            )}
            {isByTicket && (
              <th scope="col" className="right wide">
                Estimate
              </th>
            )}
            <th scope="col" className="right">
              Cost
            </th>
            <th scope="col" className="right wide">
              Output tokens
            </th>
            {hasTime && (
              <th scope="col" className="right wide">
                Failed
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {of.items.map((row, i) => (
            <tr key={i}>
              <td>
                <RowName of={row} name={nameOf(row)} />
              </td>
              {isByTicket && <td>{row.title ?? PLACES[row.place]}</td>}
              {hasTime && (
                <td className="right">
                  <Duration ms={row.total.activeMs} />
                </td>
              )}
              {isByTicket && (
                <td className="right wide">
                  {row.estimate ? (
                    `${formatDuration(row.estimate.estimateMinutes * 60_000)} ${row.ticket && isClosed(row.ticket.status) ? `${row.estimate.percent > 0 ? '+' : ''}${Math.round(row.estimate.percent)}%` : ''}`
                  ) : (
                    <Unknown why="not estimated" />
                  )}
                </td>
              )}
              <td className="right">
                <Money of={row.total} />
              </td>
              <td className="right wide">
                <Tokens count={row.total.outputTokens} />
              </td>
              {hasTime && (
                <td className="right wide">
                  <Failed calls={row.total.failedCalls} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={isByTicket ? 2 : 1}>
              Total
            </th>
            {hasTime && (
              <td className="right">
                <Duration ms={of.totals.activeMs} />
              </td>
            )}
            {isByTicket && <td className="wide" />}
            <td className="right">
              <Money of={of.totals} />
            </td>
            <td className="right wide">
              <Tokens count={of.totals.outputTokens} />
            </td>
            {hasTime && (
              <td className="right wide">
                <Failed calls={of.totals.failedCalls} />
              </td>
            )}
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

function Failed({ calls }: { calls: number | null }) {
  return calls === null ? <Unknown why="not counted" /> : formatCount(calls)
}

function RowName({ of, name }: { of: Row; name: string }) {
  if (of.ticket) return <Ref of={of.ticket.ref} />
  return of.place === 'value' && of.label !== null ? name : <span className="muted">{name}</span>
}
