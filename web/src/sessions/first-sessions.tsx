import { useRead } from '../api/queries.ts'
import { plural } from '../../../src/domain/format.ts'
import { Command, Nothing, Waiting } from '../parts/notice.tsx'

/** Nothing is recorded yet: where was looked, and what brings the first session. */
export function FirstSessions({ missing: what = 'session' }: { missing?: 'session' | 'work' }) {
  const { data } = useRead('agent.list', {})
  if (!data) return <Waiting what="agents’ folders" />
  const found = data.items.filter((agent) => agent.found)
  const missing = data.items.filter((agent) => !agent.found)
  return (
    <Nothing says={`No ${what} is recorded yet. These folders were looked in:`}>
      <ul>
        {found.map(({ agent, name, files, roots }) => (
          <li key={agent}>
            {name} · {plural(files ?? 0, 'file')} ·{' '}
            <span className="mono">
              {roots
                .filter(({ present }) => present)
                .map(({ path }) => path)
                .join(', ')}
            </span>
          </li>
        ))}
      </ul>
      {missing.length > 0 && <p className="muted">Not found: {missing.map(({ name }) => name).join(', ')}</p>}
      <p>Work with one of these agents, then read what it wrote, and let agents be told of it:</p>
      <Command line="daybook scan" />
      <Command line="daybook setup" />
    </Nothing>
  )
}
