import { formatCount } from '../../../src/domain/format.ts'
import { useRead } from '../api/queries.ts'
import { Commands } from '../parts/commands.tsx'
import { Time, Unknown } from '../parts/figures.tsx'
import { Agent } from '../parts/marks.tsx'
import { Failure, Waiting } from '../parts/notice.tsx'

/** Is everything read: of whom, how much, and from where. */
export function Sources() {
  const { data, error } = useRead('agent.list', {})
  if (error) return <Failure error={error} />
  if (!data) return <Waiting what="agents’ folders" />
  return (
    <section id="sources">
      <h2 className="group">Sources</h2>
      <div className="scroll" role="region" aria-label="Sources" tabIndex={0}>
        <table className="figures">
          <thead>
            <tr>
              <th scope="col">Agent</th>
              <th scope="col" className="right wide">
                Files
              </th>
              <th scope="col" className="right">
                Sessions
              </th>
              <th scope="col" className="right">
                Problems
              </th>
              <th scope="col" className="right">
                Newest
              </th>
              <th scope="col" className="wide">
                Where
              </th>
            </tr>
          </thead>
          <tbody>
            {data.items.map(({ agent, files, sessions, problems, newestAt, roots, found, ignored }) => (
              <tr key={agent}>
                <td>
                  <Agent id={agent} named />
                </td>
                <td className="right wide">
                  {files === null ? <Unknown why="no folder of it is here" /> : formatCount(files)}
                </td>
                <td className="right">{formatCount(sessions)}</td>
                <td className={problems > 0 ? 'right warn' : 'right'}>{formatCount(problems)}</td>
                <td className="right">
                  {newestAt === null ? <Unknown why="nothing was written" /> : <Time at={newestAt} />}
                </td>
                <td className="muted where wide">
                  {ignored
                    ? 'not read, as configured'
                    : found
                      ? roots
                          .filter(({ present }) => present)
                          .map(({ path }) => path)
                          .join(', ')
                      : 'not found'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Commands of={[['Read what is new now', 'daybook scan']]} />
    </section>
  )
}
