import { Link } from '@tanstack/react-router'
import { formatDuration } from '../../../src/domain/format.ts'
import type { Reply } from '../api/operations.ts'
import { useChange, useRead } from '../api/queries.ts'
import { Duration, Money, Time } from '../parts/figures.tsx'
import { Agent, Mark, type MarkName } from '../parts/marks.tsx'
import { Copy } from '../parts/notice.tsx'
import { Path, Ref, nameOf } from '../parts/names.tsx'

type Member = Reply<'fleet.show'>['items'][number]

const PRESENCE: Record<string, { mark: MarkName; tone?: string }> = {
  working: { mark: 'working', tone: 'accented' },
  awaiting_input: { mark: 'waiting', tone: 'warn' },
  awaiting_approval: { mark: 'waiting', tone: 'warn' },
  idle: { mark: 'idle' },
  gone: { mark: 'failed', tone: 'bad' },
}

/** What it does, or what it wants of somebody. */
function saidOf({ presence, about }: Member): string {
  if (presence === 'awaiting_approval') return `asks: ${about ?? 'permission'}`
  if (presence === 'awaiting_input') return about ?? 'waits for an answer'
  if (presence === 'working') return about ?? 'working'
  return presence === 'gone' ? 'its process ended' : 'idle'
}

/** Who is at it, with what, for how long, and what it took so far. */
export function MemberRow({ of }: { of: Member }) {
  const { data: session } = useRead('session.show', { session: of.id })
  const { mark, tone } = PRESENCE[of.presence] ?? PRESENCE['idle']!
  return (
    <div className="member">
      <p className="member-head">
        <Mark name={mark} tone={tone} />
        {of.ticket ? <Ref of={of.ticket.ref} /> : <span className="muted">no ticket</span>}
        <Link
          to="/sessions/$session"
          params={{ session: nameOf(of) }}
          className="strong cut member-title"
          data-row={of.id}
        >
          {of.title ?? nameOf(of)}
        </Link>
        <Agent id={of.agent} named />
      </p>
      <p className="member-facts">
        <span className={tone}>{saidOf(of)}</span>
        {of.needsYou ? (
          <span>
            waits <Time at={of.since} />
          </span>
        ) : (
          <Time at={of.since} ago />
        )}
        {of.worktree && <Path of={of.worktree} />}
        {of.branch && <span className="mono">{of.branch}</span>}
        {of.evidence === 'inferred' && <span className="faint">inferred</span>}
        {session && (
          <span>
            <Money of={session.usage} /> <span className="muted">at list prices</span>
          </span>
        )}
        {session && <Duration ms={session.activeMs} word="active" />}
        {of.ticket && <Estimate of={of.ticket.ref} />}
        {of.association === 'undecided' && <Suggestion of={of.id} />}
        {session?.resumeCommand && (
          <Copy text={session.resumeCommand.join(' ')} label="Copy resume" title={session.resumeCommand.join(' ')} />
        )}
      </p>
    </div>
  )
}

/** What the ticket took so far, of what it was thought to take. */
function Estimate({ of }: { of: string }) {
  const { data: ticket } = useRead('ticket.show', { ticket: of })
  if (!ticket || ticket.estimateMinutes === null) return null
  const { activeMs } = ticket.figures.total
  return (
    <span className={ticket.figures.variance?.isSignificantlyOver ? 'bad' : undefined}>
      <span className="mono">{of}</span> <Duration ms={activeMs} /> of {formatDuration(ticket.estimateMinutes * 60_000)}
    </span>
  )
}

/** The ticket it is probably for, where nobody said. */
function Suggestion({ of }: { of: string }) {
  const { data } = useRead('work.suggestions', { limit: 50 })
  const decide = useChange('work.suggestions')
  const found = data?.items.find(({ sessionId }) => sessionId === of)
  if (!found) return null
  const why = found.reasons.map(({ place, text }) => `${place.replaceAll('_', ' ')} ${text}`).join('; ')
  return (
    <span>
      ? <Ref of={found.ref} />{' '}
      <span className="muted">
        {why}, {found.sure ? 'high' : 'low'}
      </span>{' '}
      <button type="button" className="button" onClick={() => decide.mutate({ accept: [of] })}>
        Accept
      </button>
    </span>
  )
}
