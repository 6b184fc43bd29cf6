import { Link, Outlet, useNavigate, useRouter, useRouterState } from '@tanstack/react-router'
import { useIsFetching } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { AboutContext, useAskedAbout } from '../parts/about.ts'
import { ExactTime } from './exact-time.tsx'
import { Help } from './help.tsx'
import { Live } from './live.tsx'
import { listenForKeys, moveRow, useKeys } from './keys.ts'
import { Palette } from './palette.tsx'
import { PAGES } from './pages.ts'
import { ProjectPicker } from './project-picker.tsx'
import { useFocusOnReturn } from './return-focus.ts'

/** What is around every page: where to go, what is live, the keys. */
export function Frame() {
  const [shown, setShown] = useState<'help' | 'palette' | null>(null)
  const navigate = useNavigate()
  const router = useRouter()
  const about = useAskedAbout()
  useEffect(() => listenForKeys(), [])
  useFocusOnReturn()
  useKeys('Everywhere', [
    { keys: '/', says: 'search', run: () => void navigate({ to: '/search' }) },
    { keys: 'Ctrl k', says: 'commands, and jump by key or ref', run: () => setShown('palette') },
    ...PAGES.map(({ key, to, name }) => ({ keys: `g ${key}`, says: name, run: () => void navigate({ to }) })),
    { keys: 'j', says: 'next row', run: () => moveRow(1) },
    { keys: 'k', says: 'row before', run: () => moveRow(-1) },
    { keys: 'o', says: 'open or unfold', run: () => (document.activeElement as HTMLElement | null)?.click() },
    { keys: 'u', says: 'up', run: () => up(router.state.location.pathname, (href) => void navigate({ href })) },
    {
      keys: 'Escape',
      says: 'up, or close what lies over the page',
      run: () => up(router.state.location.pathname, (href) => void navigate({ href })),
    },
    { keys: 'c', says: 'copy link', run: () => void navigator.clipboard?.writeText(location.href) },
    { keys: '!', says: 'the first that needs me', run: () => void navigate({ to: '/now', hash: 'needs' }) },
    { keys: '?', says: 'keys of this page', run: () => setShown('help') },
  ])
  return (
    <AboutContext value={about}>
      <a className="skip" href="#content">
        To the content
      </a>
      <Hatch />
      <Progress />
      <ExactTime />
      <header className="bar">
        <div className="bar-inside">
          <Link to="/" className="brand">
            Daybook
          </Link>
          {about.demo && (
            <span className="demo" title="Made-up history, kept apart. daybook demo --remove takes it away.">
              demo
            </span>
          )}
          <ProjectPicker />
          <nav className="pages" aria-label="Pages">
            {PAGES.map(({ to, name }) => (
              <Link key={to} to={to} activeOptions={{ exact: false, includeSearch: false }}>
                {name}
              </Link>
            ))}
          </nav>
          <Link to="/search" className="button bar-search">
            Search <kbd aria-hidden="true">/</kbd>
          </Link>
          <Live />
          <Link to="/settings" className="bar-settings">
            Settings
          </Link>
          <button type="button" className="button help-button" aria-label="Keys" onClick={() => setShown('help')}>
            ?
          </button>
        </div>
      </header>
      <main className="content" id="content" tabIndex={-1}>
        <Outlet />
      </main>
      <nav className="bottom" aria-label="Pages, below">
        {PAGES.filter(({ name }) => name !== 'Settings').map(({ to, name }) => (
          <Link key={to} to={to} activeOptions={{ exact: false, includeSearch: false }}>
            {name}
          </Link>
        ))}
        <Link to="/search">Search</Link>
      </nav>
      {shown === 'help' && <Help close={() => setShown(null)} />}
      {shown === 'palette' && <Palette close={() => setShown(null)} />}
    </AboutContext>
  )
}

/** From one session to all, from one ticket to all. */
function up(path: string, go: (to: string) => void): void {
  const parent = path.replace(/\/[^/]+$/, '')
  if (parent !== '' && parent !== path) go(parent)
}

const NOTICED_MS = 100

/** A line on top while something is read for longer than one notices. */
function Progress() {
  const busy = useIsFetching() > 0
  const moving = useRouterState({ select: (state) => state.isLoading })
  const [late, setLate] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const on = busy || moving
  useEffect(() => {
    if (!on) return setLate(false)
    timer.current = setTimeout(() => setLate(true), NOTICED_MS)
    return () => clearTimeout(timer.current)
  }, [on])
  return late ? <div className="progress" /> : null
}

/** What charts fill with that nobody attached: seen without colour. */
function Hatch() {
  return (
    <svg className="hatch" aria-hidden="true">
      <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse">
        <rect width="6" height="6" />
        <path d="M-1 1l2-2M0 6l6-6M5 7l2-2" />
      </pattern>
    </svg>
  )
}
