import { formatCount, plural } from '../../../src/domain/format.ts'
import { useRead } from '../api/queries.ts'
import { Commands } from '../parts/commands.tsx'
import { Unknown } from '../parts/figures.tsx'
import { Agent } from '../parts/marks.tsx'
import { Failure, Waiting } from '../parts/notice.tsx'

/** What is kept for how long, here and by those who wrote it. */
export function Retention() {
  const agents = useRead('agent.list', {})
  const about = useRead('about', {})
  const error = agents.error ?? about.error
  if (error) return <Failure error={error} />
  if (!agents.data || !about.data) return <Waiting what="what is kept" rows={4} />
  const { retentionDays } = about.data
  const items = agents.data.items.filter(({ found, sessions }) => found || sessions > 0)
  return (
    <section id="retention">
      <h2 className="group">Retention</h2>
      <p className="muted">
        Everything is kept until somebody says otherwise, also what an agent deletes of its own.{' '}
        {retentionDays === null
          ? 'No age is configured: prune asks for one.'
          : `Prune takes what is older than ${plural(retentionDays, 'day')}, as configured, and never by itself.`}
      </p>
      {items.length > 0 && (
        <div className="scroll" role="region" aria-label="Retention" tabIndex={0}>
          <table className="figures">
            <thead>
              <tr>
                <th scope="col">Agent</th>
                <th scope="col" className="right">
                  Kept sessions
                </th>
                <th scope="col" className="right wide">
                  Files it has now
                </th>
                <th scope="col" className="right">
                  It deletes after
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map(({ agent, sessions, files, vendorKeepsDays }) => (
                <tr key={agent}>
                  <td>
                    <Agent id={agent} named />
                  </td>
                  <td className="right">{formatCount(sessions)}</td>
                  <td className="right wide">
                    {files === null ? <Unknown why="no folder of it is here" /> : formatCount(files)}
                  </td>
                  <td className="right">
                    {vendorKeepsDays === null ? (
                      <span className="muted">never by itself</span>
                    ) : (
                      plural(vendorKeepsDays, 'day')
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Commands
        of={[
          [
            'What of old sessions would go; their usage stays, so no total changes',
            `daybook prune --older-than ${retentionDays ?? 90}d --dry-run`,
          ],
          [
            'What would go, whole, of sessions in which something was said',
            'daybook forget --containing "stale table" --dry-run',
          ],
          ['The age that counts, retention_days, and where it is set', 'daybook config'],
        ]}
      />
    </section>
  )
}
