import { formatCount, plural } from '../../../src/domain/format.ts'
import type { Reply } from '../api/operations.ts'
import { useRead } from '../api/queries.ts'
import { Time } from '../parts/figures.tsx'
import { Agent } from '../parts/marks.tsx'
import { Failure, Nothing, Waiting } from '../parts/notice.tsx'

/** What could not be read, of how much. */
export function Problems() {
  const { data, error } = useRead('problem.list', { limit: 100 })
  const agents = useRead('agent.list', {})
  if (error) return <Failure error={error} />
  if (!data) return <Waiting what="problems" />
  return (
    <section id="problems">
      <h2 className="group">
        Problems <span className="muted">{formatCount(data.total)}</span>
      </h2>
      {data.total === 0 ? (
        <Nothing
          says={`Every line that was read could be understood${agents.data ? `: ${readOf(agents.data.items)}` : ''}.`}
        />
      ) : (
        <ul className="rows">
          {data.items.map(({ id, agent, path, line, reason, at }) => (
            <li key={id} className="line-row">
              <Agent id={agent} />
              <span className="mono">
                {path}
                {line !== null && `:${line}`}
              </span>
              <span>{reason}</span>
              <span className="muted push">
                <Time at={at} ago />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** How much was read: 0 of nothing is no result. */
function readOf(agents: Reply<'agent.list'>['items']): string {
  const sum = (count: (agent: (typeof agents)[number]) => number): number =>
    agents.reduce((all, one) => all + count(one), 0)
  const files = plural(
    sum(({ files }) => files ?? 0),
    'file',
  )
  return `${files} on this machine, ${plural(
    sum(({ sessions }) => sessions),
    'session',
  )} in the record`
}
