import { formatDuration, formatWorkTime } from '../../../src/domain/format.ts'

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const STEPS = 4

/** Work by hour of the week, of the wall clock: a table either way, with shades or with durations. */
export function Hours({ of, asTable }: { of: readonly (readonly number[])[]; asTable: boolean }) {
  const most = Math.max(1, ...of.flat())
  const all = sum(of.flat())
  if (all === 0) return null
  const step = (ms: number): number => (ms === 0 ? 0 : Math.max(1, Math.ceil((STEPS * ms) / most)))
  return (
    <div className="scroll" role="region" aria-label="Hours of the week" tabIndex={0}>
      <table className={asTable ? 'hours' : 'hours shades'}>
        <caption className="chart-title">Hours of the week, active time; sessions at once count once</caption>
        <thead>
          <tr>
            <td />
            {Array.from({ length: 24 }, (_, hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
            {asTable && (
              <th scope="col" className="right">
                Day
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {of.map((day, weekday) => (
            <tr key={weekday}>
              <th scope="row">{DAYS[weekday]}</th>
              {day.map((ms, hour) => (
                <td
                  key={hour}
                  className={asTable ? 'right' : `heat-${step(ms)}`}
                  title={`${DAYS[weekday]} ${hour}:00, ${formatDuration(ms)}`}
                >
                  {asTable ? (
                    ms > 0 && formatDuration(ms)
                  ) : (
                    <span className="unseen">{ms > 0 ? formatDuration(ms) : 'none'}</span>
                  )}
                </td>
              ))}
              {asTable && <td className="right">{formatWorkTime(sum(day))}</td>}
            </tr>
          ))}
        </tbody>
        {asTable && (
          <tfoot>
            <tr>
              <th scope="row">All</th>
              {Array.from({ length: 24 }, (_, hour) => (
                <td key={hour} className="right">
                  {formatWorkTime(sum(of.map((day) => day[hour] ?? 0)))}
                </td>
              ))}
              <td className="right">{formatWorkTime(all)}</td>
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  )
}

function sum(lengths: readonly number[]): number {
  return lengths.reduce((total, ms) => total + ms, 0)
}
