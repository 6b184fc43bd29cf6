import type { Reply } from '../api/operations.ts'
import { formatClockTime } from '../../../src/domain/format.ts'
import { useAbout } from '../parts/about.ts'
import { useNow } from '../parts/figures.tsx'
import { nameOf } from '../parts/names.tsx'
import { axisOf } from '../session/strip-axis.ts'

const WIDTH = 1000
const LANE = 22

/** A lane for each session, on one axis: idle stretches are squeezed. The table below says the same in figures. */
export function Lanes({ of }: { of: Reply<'ticket.work'>['items'] }) {
  const { timezone, nameOf: agentName } = useAbout()
  const nowMs = useNow()
  const axis = axisOf(
    of.flatMap(({ spans }) => spans),
    WIDTH,
  )
  const says = (ms: number): string => formatClockTime(ms, nowMs, timezone)
  return (
    <ul className="lanes">
      {of.map(({ session, spans }) => (
        <li key={session.id}>
          <span className="cut">
            {agentName(session.agent)} <span className="mono faint">{nameOf(session)}</span>
          </span>
          <svg
            className="lane"
            viewBox={`0 0 ${WIDTH} ${LANE}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={spans.map(({ startMs, endMs }) => `${says(startMs)} to ${says(endMs)}`).join(', ')}
          >
            {spans.map(({ startMs, endMs }) => (
              <rect
                key={startMs}
                x={axis.at(startMs)}
                y={4}
                width={Math.max(2, axis.at(endMs) - axis.at(startMs))}
                height={LANE - 8}
              >
                <title>{`${says(startMs)} to ${says(endMs)}`}</title>
              </rect>
            ))}
          </svg>
        </li>
      ))}
      {of.some(({ spans }) => spans.length > 0) && (
        <li aria-hidden="true">
          <span />
          <span className="chart-ends muted">
            <span>{says(axis.timeAt(0))}</span>
            <span>{says(axis.timeAt(WIDTH))}</span>
          </span>
        </li>
      )}
    </ul>
  )
}
