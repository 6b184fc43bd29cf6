import { useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { UseQueryResult } from '@tanstack/react-query'
import type { AppError } from '../../../src/domain/errors.ts'
import type { Reply } from '../api/operations.ts'
import { useRead } from '../api/queries.ts'
import { formatDay, plural } from '../../../src/domain/format.ts'
import { useAbout } from '../parts/about.ts'
import { Duration, Money, Time, useNow } from '../parts/figures.tsx'
import { Agent, Mark } from '../parts/marks.tsx'
import { Command, Failure, Nothing, Waiting } from '../parts/notice.tsx'
import { Path, Ref, SessionLink, nameOf } from '../parts/names.tsx'
import { useProject } from '../shell/project-picker.tsx'
import { FirstSessions } from '../sessions/first-sessions.tsx'
import { FirstSteps } from './first-steps.tsx'
import { MemberRow } from './member.tsx'

type Recent = UseQueryResult<Reply<'session.list'>, AppError>
type Member = Reply<'fleet.show'>['items'][number]

const LATELY = 6
/** What time alone changes, and a process that ended without a word, no event tells. */
const AT_WORK_EVERY_MS = 60_000

/** Who needs me, who works on what, what did today cost. */
export function Now() {
  const scope = useProject()
  const fleet = useRead('fleet.show', scope, { everyMs: (fleet) => fleet.items.length > 0 && AT_WORK_EVERY_MS })
  const lately = useRead('session.list', { ...scope, limit: LATELY })
  const { timezone } = useAbout()
  const nowMs = useNow()
  const navigate = useNavigate()
  const { data } = fleet
  const needs = data?.items.filter(({ needsYou }) => needsYou) ?? []
  const working = data?.items.filter((one) => !one.needsYou && one.presence === 'working') ?? []
  const others = data?.items.filter((one) => !one.needsYou && one.presence !== 'working') ?? []
  useEffect(() => {
    document.title = needs.length > 0 ? `(${needs.length}) Now – Daybook` : 'Now – Daybook'
  }, [needs.length])
  const place = useLocation()
  const isRead = data !== undefined
  useEffect(() => {
    if (isRead && place.hash === 'needs') document.querySelector<HTMLElement>('#needs [data-row]')?.focus()
  }, [place, isRead])
  return (
    <>
      <div className="heading">
        <h1>Now</h1>
        <span className="muted">
          {formatDay(nowMs, nowMs, timezone)} · {scope.project ?? 'all projects'}
        </span>
      </div>
      {fleet.error && !data ? (
        <Failure error={fleet.error} again={() => void fleet.refetch()} />
      ) : !data ? (
        <Waiting what="who is at work" />
      ) : (
        <>
          <p className="headline">
            <span>
              Today <Duration ms={data.today.activeMs} /> <span className="muted">active</span>
            </span>
            <span>
              <Money of={data.today.usage} headline /> <span className="muted">at list prices</span>
            </span>
            <span>
              {data.live} <span className="muted">live</span>
            </span>
          </p>
          {lately.data && <FirstSteps sessions={lately.data.total} />}
          {lately.data?.total === 0 && <FirstSessions />}
          {data.live === 0 && needs.length === 0 && lately.data?.total !== 0 && (
            <Nothing says="No live session. Start one of your agents here, or:">
              <Command line="daybook start" />
            </Nothing>
          )}
          <Group title="Needs you" of={needs} id="needs" />
          <Group title="Working" of={working} />
          <Group title="Idle" of={others} />
          {data.warnings.map((warning, i) => (
            <p key={i} className="warn">
              <Mark name="waiting" /> {warning.sessions.map(nameOf).join(' and ')}{' '}
              {warning.kind === 'file' ? 'both changed lately' : 'are both on'}{' '}
              {warning.kind === 'file' ? <Path of={warning.what} /> : <Ref of={warning.what} />}
            </p>
          ))}
        </>
      )}
      <Offers />
      <Lately of={lately} />
      {lately.data !== undefined && lately.data.total > 0 && (
        <p className="foot">
          <button
            type="button"
            className="plain accented"
            onClick={() => void navigate({ to: '/reports', search: { since: 'today' } })}
          >
            Where today went
          </button>
        </p>
      )}
    </>
  )
}

function Group({ title, of, id }: { title: string; of: readonly Member[]; id?: string }) {
  if (of.length === 0) return null
  return (
    <section id={id}>
      <h2 className="group">
        {title} <span className="muted">{of.length}</span>
      </h2>
      <ul className="rows">
        {of.map((member) => (
          <li key={member.id}>
            <MemberRow of={member} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Handoffs that nobody took yet. */
function Offers() {
  const { data } = useRead('handoff.list', { ...useProject(), state: 'offered', limit: 5 })
  if (!data || data.total === 0) return null
  return (
    <section>
      <h2 className="group">
        Handoffs offered <span className="muted">{data.total}</span>
      </h2>
      <ul className="rows">
        {data.items.map(({ id, session, ticket, firstLine, offeredAt }) => (
          <li key={id} className="line-row">
            <SessionLink of={session} /> {ticket && <Ref of={ticket} />}
            <span className="cut">{firstLine}</span>
            <span className="muted push">
              <Time at={offeredAt} ago />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What was worked on last, to take up again. */
function Lately({ of: { data, error } }: { of: Recent }) {
  if (error) return <Failure error={error} />
  if (!data || data.items.length === 0) return null
  return (
    <section>
      <h2 className="group">
        Lately <span className="muted">{plural(data.total, 'session')} in all</span>
      </h2>
      <ul className="rows">
        {data.items.map((session) => (
          <li key={session.id} className="line-row late-row">
            <Agent id={session.agent} />
            <SessionLink of={session} />
            <span className="cut late-title">{session.title ?? 'no title'}</span>
            <span className="push">
              <Money of={session.usage} />
            </span>
            <span className="muted late-time">
              <Time at={session.lastActivityAt} ago />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
