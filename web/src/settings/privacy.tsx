import { projectLabels } from '../../../src/domain/project.ts'
import { useChange, useRead } from '../api/queries.ts'
import { Commands } from '../parts/commands.tsx'
import { Failure, Waiting } from '../parts/notice.tsx'

/** What is not read at all, and what is hidden of the rest. */
export function Privacy() {
  const { data, error } = useRead('project.list', { limit: 200 })
  const ignore = useChange('project.ignore')
  if (error) return <Failure error={error} />
  if (!data) return <Waiting what="projects" rows={3} />
  const labels = projectLabels(data.items)
  return (
    <section id="privacy">
      <h2 className="group">Redactions, and what is not read</h2>
      <p className="muted">
        Nothing is sent anywhere unless you set it up. Secrets are replaced before anything is written. Of a project
        that is not read, what was read before stays until it is deleted.
      </p>
      {ignore.error && <Failure error={ignore.error} />}
      <ul className="rows">
        {data.items.map(({ id, ignoredAt }) => (
          <li key={id} className="line-row">
            <span className="strong">{labels.get(id)}</span>
            <span className="muted">{ignoredAt === null ? 'is read' : 'is not read any more'}</span>
            <span className="push">
              <button
                type="button"
                className="button"
                disabled={ignore.isPending}
                onClick={() => ignore.mutate({ project: id, undo: ignoredAt !== null })}
              >
                {ignoredAt === null ? 'Stop reading it' : 'Read it again'}
                <span className="unseen"> {labels.get(id)}</span>
              </button>
            </span>
          </li>
        ))}
      </ul>
      <Commands of={[['Whether secrets are replaced, redact, and where that is set', 'daybook config']]} />
    </section>
  )
}
