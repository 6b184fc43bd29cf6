import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { plural } from '../../../src/domain/format.ts'
import { useRead } from '../api/queries.ts'
import { Mark } from '../parts/marks.tsx'
import { Command } from '../parts/notice.tsx'
import { hasLooked } from '../session/looked.ts'

const HIDDEN = 'daybook.first-steps'

/** What is left to do for somebody who is new here; away when all is done, or when somebody says so. */
export function FirstSteps({ sessions }: { sessions: number }) {
  const [hidden, setHidden] = useState(() => localStorage.getItem(HIDDEN) === 'off')
  const { data } = useRead('work.suggestions', { limit: 1 }, { enabled: !hidden })
  const looked = hasLooked()
  if (hidden || sessions === 0 || !data) return null
  const hide = (): void => {
    localStorage.setItem(HIDDEN, 'off')
    setHidden(true)
  }
  return (
    <section className="first-steps" aria-label="First steps">
      <p>
        <Done is={looked} />
        {looked ? 'A session was opened' : <Link to="/sessions">Open a session</Link>}
      </p>
      <p>
        <Done is={data.unplaced === 0} />
        {data.unplaced === 0 ? (
          'All work has its place'
        ) : (
          <>
            <Link to="/reports">Place work that nobody attached</Link>{' '}
            <span className="muted">
              {plural(data.unplaced, 'session')}, {plural(data.total, 'suggestion')}
            </span>
          </>
        )}
      </p>
      <p>
        <Done is={false} />
        Let agents be told what was done before <Command line="daybook setup" />
      </p>
      <button type="button" className="button" onClick={hide}>
        Hide these
      </button>
    </section>
  )
}

function Done({ is }: { is: boolean }) {
  return <Mark name={is ? 'done' : 'open'} label={is ? 'done' : 'to do'} tone={is ? 'ok' : undefined} />
}
