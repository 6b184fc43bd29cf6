import { Link, useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Reply } from '../api/operations.ts'
import { useChange, useRead } from '../api/queries.ts'
import { formatDuration, plural } from '../../../src/domain/format.ts'
import { isClosed, nextStatuses } from '../../../src/domain/ticket.ts'
import { Duration, Money, Time } from '../parts/figures.tsx'
import { Mark, type MarkName, Status } from '../parts/marks.tsx'
import { Command, Failure, Waiting } from '../parts/notice.tsx'
import { Ref, SessionLink, nameOf } from '../parts/names.tsx'
import { Markdown } from '../session/transcript/markdown.tsx'
import { Lanes } from './lanes.tsx'

type Shown = Reply<'ticket.show'>

/** What it is, what it took, and whether it can be called done. */
export function Ticket() {
  const { ticket: ref } = useParams({ from: '/tickets/$ticket' })
  const shown = useRead('ticket.show', { ticket: ref })
  const { data: ticket } = shown
  useEffect(() => void (document.title = `${ref} – Daybook`), [ref])
  if (shown.error && !ticket) {
    return (
      <Failure error={shown.error} again={() => void shown.refetch()}>
        <Link to="/tickets">All tickets</Link>
      </Failure>
    )
  }
  if (!ticket) return <Waiting what={`ticket ${ref}`} />
  const { total, variance } = ticket.figures
  return (
    <>
      <div className="heading">
        <Link to="/tickets">
          <span aria-hidden="true">‹ </span>Tickets
        </Link>
        <span className="mono">{ticket.ref}</span>
        <h1>{ticket.title ?? 'no title'}</h1>
        <span className="muted">{ticket.kind}</span>
        <StatusChoice of={ticket} />
        {ticket.above.map((above) => (
          <span key={above.id} className="muted">
            below <Ref of={above.ref} /> {above.title}
          </span>
        ))}
      </div>
      <p className="headline">
        <span>
          <Duration ms={total.activeMs} /> <span className="muted">active</span>
          {ticket.estimateMinutes !== null && (
            <span className="muted"> of {formatDuration(ticket.estimateMinutes * 60_000)}</span>
          )}
          {variance && (isClosed(ticket.status) || variance.percent > 0) && (
            <span className={variance.isSignificantlyOver ? 'bad' : 'muted'}>
              {' '}
              {variance.percent > 0 ? '+' : ''}
              {Math.round(variance.percent)}%
            </span>
          )}
        </span>
        <span>
          <Money of={total.usage} headline /> <span className="muted">at list prices</span>
        </span>
        <span>{plural(total.sessions, 'session')}</span>
        <span className="muted">{ticket.priority} priority</span>
      </p>
      {ticket.description && <Markdown text={ticket.description} />}
      <Check ticket={ticket} />
      <Work of={ticket.ref} />
      {ticket.children.total > 0 && (
        <section>
          <h2 className="group">
            Below it{' '}
            <span className="muted">
              {ticket.children.closed} of {ticket.children.total} closed
            </span>
          </h2>
          <ul className="rows">
            {ticket.children.items.map((child) => (
              <li key={child.id} className="line-row">
                <Status of={child.status} /> <Ref of={child.ref} /> <span className="cut">{child.title}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {ticket.relations.length > 0 && (
        <section>
          <h2 className="group">Linked</h2>
          <ul className="rows">
            {ticket.relations.map(({ kind, from, ticket: other }) => (
              <li key={`${kind} ${other.id}`} className="line-row">
                <span className="muted">{RELATIONS[kind][from ? 0 : 1]}</span> <Ref of={other.ref} />
                <span className="cut">{other.title}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {ticket.notes.total > 0 && (
        <section>
          <h2 className="group">
            Decisions and notes <span className="muted">{ticket.notes.total}</span>
          </h2>
          <ul className="rows">
            {ticket.notes.items.map(({ id, kind, text, at, by }) => (
              <li key={id} className="note-row">
                <span className="muted">{kind}</span> <span className="note-text">{text}</span>
                <span className="muted push">
                  {by} <Time at={at} clock />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {!isClosed(ticket.status) && (
        <p className="tools">
          <Command line={`daybook task activate ${ticket.ref}`} />
          <Command line={`daybook attach ${ticket.ref}`} />
        </p>
      )}
    </>
  )
}

/** From this ticket, and from the other. */
const RELATIONS: Record<Shown['relations'][number]['kind'], [string, string]> = {
  blocks: ['blocks', 'waits for'],
  relates: ['has to do with', 'has to do with'],
  duplicates: ['says the same as', 'is said again by'],
}

function StatusChoice({ of }: { of: Shown }) {
  const change = useChange('ticket.transition')
  const next = nextStatuses(of.status)
  return (
    <>
      <Status of={of.status} />
      {next.length > 0 && (
        <select
          aria-label="Change status"
          value=""
          onChange={({ target: { value } }) =>
            change.mutate({ ticket: of.ref, tracker: of.tracker, status: value as (typeof next)[number] })
          }
        >
          <option value="">change to</option>
          {next.map((status) => (
            <option key={status} value={status}>
              {status.replace('_', ' ')}
            </option>
          ))}
        </select>
      )}
      {change.error && <Failure error={change.error} />}
    </>
  )
}

const CLAIM_MARKS: Record<string, MarkName> = { verified: 'done', inferred: 'inferred', asserted: 'asserted' }

/** Can it be called done? What stands against it, and what the record shows. */
function Check({ ticket }: { ticket: Shown }) {
  const { data, error } = useRead('validation.check', { target: ticket.ref, tracker: ticket.tracker })
  if (error) return <Failure error={error} />
  if (!data) return <Waiting what="the evidence" rows={3} />
  const { valid, errors, warnings, details } = data
  return (
    <section>
      <h2 className="group">
        Can it be called done? <span className={valid ? 'ok' : 'bad'}>{valid ? 'yes' : 'not yet'}</span>
      </h2>
      <ul className="rows check">
        {errors.map((finding, i) => (
          <li key={i} className="line-row">
            <Mark name="failed" label="error" tone="bad" /> <span className="check-field">{finding.field}</span>
            <span>{finding.message}</span>
            {finding.refs.map((one) => (
              <Ref key={one} of={one} />
            ))}
          </li>
        ))}
        {warnings.map((finding, i) => (
          <li key={i} className="line-row">
            <Mark name="waiting" label="warning" tone="warn" /> <span className="check-field">{finding.field}</span>
            <span>{finding.message}</span>
          </li>
        ))}
        {details.evidence.map(({ name, claim, ok, says }) => (
          <li key={name} className="line-row">
            <Mark
              name={ok === false ? 'failed' : (CLAIM_MARKS[claim] ?? 'open')}
              tone={ok === true ? 'ok' : ok === false ? 'bad' : undefined}
            />
            <span className="check-field">{name}</span>
            <span className="muted">{claim}</span>
            <span>{says}</span>
          </li>
        ))}
        {errors.length + warnings.length + details.evidence.length === 0 && (
          <li className="line-row">Nothing stands against it.</li>
        )}
      </ul>
    </section>
  )
}

function Work({ of }: { of: string }) {
  const { data, error } = useRead('ticket.work', { ticket: of })
  if (error) return <Failure error={error} />
  if (!data) return <Waiting what="who worked on it" rows={3} />
  if (data.items.length === 0) return null
  return (
    <section>
      <h2 className="group">Who worked when</h2>
      <Lanes of={data.items} />
      <div className="scroll">
        <table className="figures">
          <thead>
            <tr>
              <th scope="col">Session</th>
              <th scope="col">Title</th>
              <th scope="col" className="right">
                Active
              </th>
              <th scope="col" className="right">
                Cost
              </th>
              <th scope="col" className="right">
                Failed
              </th>
            </tr>
          </thead>
          <tbody>
            {data.items.map(({ session, activeMs, usage, failedCalls }) => (
              <tr key={session.id}>
                <td>
                  <SessionLink of={session} />
                </td>
                <td>{session.title ?? 'no title'}</td>
                <td className="right">
                  <Duration ms={activeMs} />
                </td>
                <td className="right">
                  <Money of={usage} />
                </td>
                <td className="right">
                  {failedCalls === 0 ? (
                    0
                  ) : (
                    <Link
                      to="/sessions/$session"
                      params={{ session: nameOf(session) }}
                      search={{ show: 'failures' }}
                      className="bad"
                    >
                      {failedCalls}
                    </Link>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
