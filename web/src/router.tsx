import { Link, createRootRoute, createRoute, createRouter, redirect, retainSearchParams } from '@tanstack/react-router'
import { Failure } from './parts/notice.tsx'
import { Search } from './search/search.tsx'
import { Now } from './now/now.tsx'
import { Reports } from './reports/reports.tsx'
import { Session } from './session/session.tsx'
import { Sessions } from './sessions/sessions.tsx'
import { Frame } from './shell/frame.tsx'
import { Settings } from './settings/settings.tsx'
import { Ticket } from './tickets/ticket.tsx'
import { Tickets } from './tickets/tickets.tsx'
import { parseWords, writeWords } from './shell/words.ts'

/** What narrows every page, and goes along from one to the next. */
export interface Scope {
  project?: string
}

const root = createRootRoute({
  validateSearch: (words: Record<string, unknown>): Scope => words as Scope,
  search: { middlewares: [retainSearchParams(['project'])] },
  component: Frame,
  notFoundComponent: () => (
    <Failure error={new Error(`there is no page ${location.pathname}`)}>
      <Link to="/now">Go to Now</Link>
    </Failure>
  ),
  errorComponent: ({ error, reset }) => <Failure error={error as Error} again={reset} />,
})

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/now', replace: true })
  },
})

/** What a list of sessions is narrowed by; text as it stands in the address. */
export interface SessionsSearch {
  agent?: string
  ticket?: string
  status?: string
  q?: string
  since?: string
  until?: string
  starred?: string
  archived?: string
  sort?: string
}

const sessions = createRoute({
  getParentRoute: () => root,
  path: '/sessions',
  validateSearch: (words: Record<string, unknown>): SessionsSearch => words as SessionsSearch,
  component: Sessions,
})

export interface SessionSearch {
  panel?: string
  show?: string
  find?: string
}

const session = createRoute({
  getParentRoute: () => root,
  path: '/sessions/$session',
  validateSearch: (words: Record<string, unknown>): SessionSearch => words as SessionSearch,
  component: Session,
})

/** A search as it stands in the address. */
export interface SearchWords {
  q?: string
  agent?: string
  session?: string
  tool?: string
  file?: string
  since?: string
  until?: string
  failed?: string
  order?: string
}

const search = createRoute({
  getParentRoute: () => root,
  path: '/search',
  validateSearch: (words: Record<string, unknown>): SearchWords => words as SearchWords,
  component: Search,
})

const now = createRoute({ getParentRoute: () => root, path: '/now', component: Now })

/** Tickets as the address narrows them; `view` is `board` or nothing. */
export interface TicketsSearch {
  q?: string
  open?: string
  view?: string
}

const tickets = createRoute({
  getParentRoute: () => root,
  path: '/tickets',
  validateSearch: (words: Record<string, unknown>): TicketsSearch => words as TicketsSearch,
  component: Tickets,
})

const ticket = createRoute({ getParentRoute: () => root, path: '/tickets/$ticket', component: Ticket })

/** A report as it stands in the address; `view` is `table` or nothing. */
export interface ReportsSearch {
  by?: string
  view?: string
  since?: string
  until?: string
  agent?: string
}

const reports = createRoute({
  getParentRoute: () => root,
  path: '/reports',
  validateSearch: (words: Record<string, unknown>): ReportsSearch => words as ReportsSearch,
  component: Reports,
})

const settingsHome = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/$part', params: { part: 'sources' }, search: true, replace: true })
  },
})

const settings = createRoute({ getParentRoute: () => root, path: '/settings/$part', component: Settings })

export const router = createRouter({
  routeTree: root.addChildren([home, now, sessions, session, tickets, ticket, reports, search, settingsHome, settings]),
  parseSearch: parseWords,
  stringifySearch: writeWords,
  scrollRestoration: true,
  defaultHashScrollIntoView: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
