import { Link, useParams } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import { Failure } from '../parts/notice.tsx'
import { Access } from './access.tsx'
import { Health } from './health.tsx'
import { Keys } from './keys.tsx'
import { Prices } from './prices.tsx'
import { Privacy } from './privacy.tsx'
import { Problems } from './problems.tsx'
import { Retention } from './retention.tsx'
import { Sources } from './sources.tsx'
import { Webhooks } from './webhooks.tsx'

/** Each with an address of its own. */
const PARTS: readonly { id: string; name: string; shows: ReactNode }[] = [
  { id: 'sources', name: 'Sources', shows: <Sources /> },
  {
    id: 'problems',
    name: 'Problems',
    shows: (
      <>
        <Problems />
        <Health />
      </>
    ),
  },
  { id: 'redactions', name: 'Redactions', shows: <Privacy /> },
  { id: 'retention', name: 'Retention', shows: <Retention /> },
  { id: 'access', name: 'Access', shows: <Access /> },
  { id: 'webhooks', name: 'Webhooks', shows: <Webhooks /> },
  { id: 'prices', name: 'Prices', shows: <Prices /> },
  { id: 'keys', name: 'Keys', shows: <Keys /> },
]

/** Is everything read, what was hidden, who may come in, and how this page behaves. */
export function Settings() {
  const { part } = useParams({ from: '/settings/$part' })
  const shown = PARTS.find(({ id }) => id === part)
  useEffect(() => void (document.title = `${shown?.name ?? 'Settings'} – Daybook`), [shown])
  return (
    <>
      <div className="heading">
        <h1>Settings</h1>
      </div>
      <nav className="tabs wrapped" aria-label="Parts of the settings">
        {PARTS.map(({ id, name }) => (
          <Link key={id} to="/settings/$part" params={{ part: id }} aria-current={id === part ? 'page' : undefined}>
            {name}
          </Link>
        ))}
      </nav>
      {shown?.shows ?? (
        <Failure error={new Error(`the settings have no part "${part}"`)}>
          <Link to="/settings/$part" params={{ part: 'sources' }}>
            Go to Sources
          </Link>
        </Failure>
      )}
    </>
  )
}
