import { Link } from '@tanstack/react-router'
import { formatCount, formatTimeExact, plural } from '../../../src/domain/format.ts'
import { useAbout } from '../parts/about.ts'
import { Clock, Duration, Money, Time } from '../parts/figures.tsx'
import { Mark, Status } from '../parts/marks.tsx'
import { Copy } from '../parts/notice.tsx'
import { Ref, SessionLink, nameOf } from '../parts/names.tsx'
import { CurrentPrompt } from './current-prompt.tsx'
import { PANELS } from './panels/panel.tsx'
import { useReading } from './reading.ts'
import { Strip } from './strip.tsx'

/** What the session was, in two lines, its strip, and where else to look. */
export function SessionBar({ panel }: { panel: string | undefined }) {
  const { session, name, outline } = useReading()
  const { nameOf: agentName } = useAbout()
  const ticket = session.stack.at(-1)
  const counts: Record<string, number | undefined> = {
    files: session.files.total,
    commits: session.commits.total,
  }
  return (
    <header className="session-bar">
      <div className="session-title">
        <Link to="/sessions" className="session-back">
          <span aria-hidden="true">‹ </span>
          <span className="wide-word">Sessions</span>
        </Link>
        <span className="mono">{name}</span>
        <h1 className="cut">{session.title ?? 'no title'}</h1>
        {ticket && <Ref of={ticket.ref} />}
        <Status of={session.status} />
        {session.starredAt !== null && <Mark name="starred" label="starred" tone="warn" />}
        <span className="session-actions">
          <CopyCommand words={session.resumeCommand} label="Resume" />
          <CopyCommand words={session.forkCommand} label="Fork" />
        </span>
      </div>
      <p className="session-facts">
        <span>{agentName(session.agent)}</span>
        {session.project && <span>{session.project}</span>}
        {session.gitBranch && <span className="mono">{session.gitBranch}</span>}
        <span>
          <Time at={session.startedAt} clock alone />–<End of={session} />
        </span>
        <Duration ms={session.activeMs} word="active" />
        <span>
          <Money of={session.usage} /> <span className="muted">at list prices</span>
        </span>
        <span>
          {plural(session.invocationCount, 'call')}, {formatCount(session.failedCount)} failed
        </span>
        {session.parent && (
          <span>
            {session.relation?.replace('_', ' ')}{' '}
            <SessionLink of={session.parent}>{nameOf(session.parent)}</SessionLink>
          </span>
        )}
      </p>
      {panel === undefined && (outline ? <Strip /> : <div className="strip" />)}
      <nav className="tabs" aria-label="Parts of this session">
        {PANELS.map(({ id, label }) => (
          <Link
            key={label}
            from="/sessions/$session"
            to="."
            search={{ panel: id }}
            aria-current={panel === id ? 'page' : undefined}
            activeOptions={{ exact: true, explicitUndefined: true }}
            activeProps={{}}
          >
            {label}
            {id !== undefined && counts[id] !== undefined ? ` ${formatCount(counts[id])}` : ''}
          </Link>
        ))}
      </nav>
      {panel === undefined && <CurrentPrompt />}
    </header>
  )
}

/** Of the same day: hours and minutes alone. */
function End({ of: { startedAt, lastActivityAt } }: { of: { startedAt: string; lastActivityAt: string } }) {
  const { timezone } = useAbout()
  const day = (at: string): string => formatTimeExact(Date.parse(at), timezone).slice(0, 10)
  return day(startedAt) === day(lastActivityAt) ? (
    <Clock at={lastActivityAt} alone />
  ) : (
    <Time at={lastActivityAt} clock alone />
  )
}

function CopyCommand({ words, label }: { words: readonly string[] | null; label: string }) {
  if (words === null) return null
  const line = words.join(' ')
  return <Copy text={line} label={label} title={line} />
}
